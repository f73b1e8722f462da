export { BlobMissing, type BlobStore, type ByteRange, newBlobKey } from './blob-store.ts';
export type { StoredText, TextStore } from './text-store.ts';
