import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertBlobKey, BlobMissing, type BlobStore, type ByteRange } from '../blobs/blob-store.ts';
import { releaseMemory } from '../process/release-memory.ts';
import { freeBytes } from './disk-space.ts';
import { makeFolder, syncFolder, undefinedIfAbsent, writePrivateFile } from './durable-files.ts';

const readBytes = 64 * 1024;

/**
 * Blobs as files under `folder`, spread over 256 folders. A put writes a temporary file, syncs it, renames it
 * and syncs the folder: a crash leaves the old state or the new one and at worst a temporary file.
 */
export async function openDiskBlobStore(folder: string): Promise<BlobStore> {
  const unfinished = join(folder, 'unfinished');
  const shards = join(folder, 'blobs');
  await makeFolder(unfinished, 0o700);
  await makeShards(shards);
  const pathOf = (key: string) => {
    assertBlobKey(key);
    return join(shards, key.slice(0, 2), key);
  };
  return {
    put: async (key, content) => writePrivateFile(pathOf(key), content, unfinished),
    read: (key, range) => readFileRange(pathOf(key), key, range),
    sizeOf: (key) => stat(pathOf(key)).then(({ size }) => size, undefinedIfAbsent),
    delete: (key) => rm(pathOf(key), { force: true }),
    keysBefore: (instantMs) => keysBefore(shards, instantMs),
    freeBytes: () => freeBytes(folder),
    removeUnfinished: (instantMs) => removeOld(unfinished, instantMs),
  };
}

async function* readFileRange(path: string, key: string, range?: ByteRange): AsyncGenerator<Buffer> {
  const file = await open(path, 'r').catch(undefinedIfAbsent);
  if (!file) throw new BlobMissing(key);
  try {
    const end = range?.end ?? (await file.stat()).size;
    const start = range?.start ?? 0;
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(readBytes, end - start)));
    for (let position = start; position < end; ) {
      const length = Math.min(buffer.length, end - position);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      if (bytesRead === 0) throw new BlobMissing(key);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    releaseMemory(buffer);
  } finally {
    await file.close();
  }
}

async function* keysBefore(shards: string, instantMs: number): AsyncGenerator<string> {
  for (const shard of await readdir(shards)) {
    for (const key of await readdir(join(shards, shard))) {
      if (await isOlder(join(shards, shard, key), instantMs)) yield key;
    }
  }
}

async function removeOld(folder: string, instantMs: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder)) {
    if (!(await isOlder(join(folder, name), instantMs))) continue;
    await rm(join(folder, name), { force: true });
    removed += 1;
  }
  return removed;
}

const isOlder = (path: string, instantMs: number) =>
  stat(path).then(({ mtimeMs }) => mtimeMs < instantMs, undefinedIfAbsent);

/** Made and synced before the first put: a blob is only as durable as the folder it lies in. */
async function makeShards(shards: string): Promise<void> {
  await makeFolder(shards, 0o700);
  for (let shard = 0; shard < 256; shard += 1) {
    await mkdir(join(shards, shard.toString(16).padStart(2, '0')), { recursive: true, mode: 0o700 });
  }
  await syncFolder(shards);
}
