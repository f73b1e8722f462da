export { openDiskBlobStore } from './disk-blobs.ts';
export { watchDiskSpace } from './disk-space.ts';
export { readIfThere, removeDurably, writePrivateFile } from './durable-files.ts';
export { type FileKeyRing, openKeyRingFile, readNamedKey, rotateKeyFile } from './key-file.ts';
export { openPgBossBus } from './pg-boss-bus.ts';
