import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { BlobMissing, type BlobStore, newBlobKey } from '../blobs/blob-store.ts';

/** What every adapter of {@link BlobStore} must do; run it in the adapter's own test file. */
export function blobStoreContract(name: string, open: () => Promise<BlobStore>): void {
  suite(`${name} as a blob store`, () => {
    test('gives back what was put, whole and by range', async () => {
      const store = await open();
      const key = newBlobKey();
      const content = randomBytes(300_000);
      await store.put(key, pieces(content, 70_001));
      assert.equal(await store.sizeOf(key), content.length);
      assert.deepEqual(await collect(store.read(key)), content);
      const ranges = [
        { start: 0, end: 1 },
        { start: 65_535, end: 131_073 },
        { start: 299_999, end: 300_000 },
        { start: 5, end: 5 },
      ];
      for (const range of ranges) {
        assert.deepEqual(await collect(store.read(key, range)), content.subarray(range.start, range.end));
      }
    });

    test('keeps an empty blob', async () => {
      const store = await open();
      const key = newBlobKey();
      await store.put(key, pieces(Buffer.alloc(0), 1));
      assert.equal(await store.sizeOf(key), 0);
      assert.equal((await collect(store.read(key))).length, 0);
    });

    test('keeps nothing of a put whose content fails', async () => {
      const store = await open();
      const key = newBlobKey();
      await assert.rejects(store.put(key, failing()), /the sender went away/);
      assert.equal(await store.sizeOf(key), undefined);
      assert.deepEqual(await collectKeys(store.keysBefore(Number.MAX_SAFE_INTEGER), key), []);
    });

    test('says that a blob is missing, also past its end', async () => {
      const store = await open();
      const key = newBlobKey();
      assert.equal(await store.sizeOf(key), undefined);
      await assert.rejects(collect(store.read(key)), BlobMissing);
      await store.put(key, pieces(randomBytes(10), 10));
      await assert.rejects(collect(store.read(key, { start: 0, end: 11 })), BlobMissing);
    });

    test('forgets a deleted blob and does not mind deleting it twice', async () => {
      const store = await open();
      const key = newBlobKey();
      await store.put(key, pieces(randomBytes(10), 10));
      await store.delete(key);
      await store.delete(key);
      assert.equal(await store.sizeOf(key), undefined);
    });

    test('lists the keys of blobs by age', async () => {
      const store = await open();
      const key = newBlobKey();
      await store.put(key, pieces(randomBytes(10), 10));
      assert.deepEqual(await collectKeys(store.keysBefore(Date.now() + 60_000), key), [key]);
      assert.deepEqual(await collectKeys(store.keysBefore(Date.now() - 60_000), key), []);
    });

    test('takes no key that it did not generate', async () => {
      const store = await open();
      for (const key of ['', '../../etc/passwd', 'A'.repeat(32), `${'a'.repeat(31)}/`]) {
        await assert.rejects(async () => store.sizeOf(key), /not a generated blob key/);
        await assert.rejects(async () => store.put(key, pieces(Buffer.from('x'), 1)), /not a generated/);
      }
    });

    test('says how much can still be put', async () => {
      const store = await open();
      assert.ok((await store.freeBytes()) > 0);
    });

    test('may be left in the middle of a read', async () => {
      const store = await open();
      const key = newBlobKey();
      await store.put(key, pieces(randomBytes(300_000), 100_000));
      for await (const chunk of store.read(key)) {
        assert.ok(chunk.length > 0);
        break;
      }
      await store.delete(key);
    });
  });
}

async function* pieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
}

async function* failing(): AsyncGenerator<Buffer> {
  yield randomBytes(200_000);
  throw new Error('the sender went away');
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

async function collectKeys(keys: AsyncIterable<string>, wanted: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) if (key === wanted) found.push(key);
  return found;
}
