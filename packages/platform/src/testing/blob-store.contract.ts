import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BlobMissing, type BlobStore, newBlobKey } from '../blobs/blob-store.ts';
import type { Contract } from './contract.ts';

/** What every adapter of {@link BlobStore} must do. */
export const blobStoreContract: Contract<BlobStore> = {
  'a blob comes back as it was put, whole and by range': async (store) => {
    const content = randomBytes(300_000);
    const key = await putNew(store, content, 70_001);
    assert.equal(await store.sizeOf(key), content.length);
    assertSame(await collect(store.read(key)), content);
    const ranges = [
      { start: 0, end: 1 },
      { start: 65_535, end: 131_073 },
      { start: 299_999, end: 300_000 },
      { start: 5, end: 5 },
    ];
    for (const range of ranges) {
      assertSame(await collect(store.read(key, range)), content.subarray(range.start, range.end));
    }
  },

  'an empty blob is there': async (store) => {
    const key = await putNew(store, Buffer.alloc(0));
    assert.equal(await store.sizeOf(key), 0);
    assert.equal((await collect(store.read(key))).length, 0);
  },

  'a sender may use its memory again for the next piece': async (store) => {
    const key = newBlobKey();
    const content = randomBytes(200_000);
    async function* reusing(): AsyncGenerator<Buffer> {
      const piece = Buffer.alloc(10_000);
      for (let start = 0; start < content.length; start += piece.length) {
        content.copy(piece, 0, start);
        yield piece;
        piece.fill(0);
      }
    }
    await store.put(key, reusing());
    assertSame(await collect(store.read(key)), content);
  },

  'a put whose content fails leaves nothing': async (store) => {
    const key = newBlobKey();
    await assert.rejects(store.put(key, failing()), /the sender went away/);
    assert.equal(await store.sizeOf(key), undefined);
    assert.deepEqual(await collectKeys(store.keysBefore(Number.MAX_SAFE_INTEGER), key), []);
  },

  'nothing of a blob is there before all of it is': async (store, within) => {
    const key = newBlobKey();
    const [half, rest] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    async function* inTwo(): AsyncGenerator<Buffer> {
      yield randomBytes(200_000);
      half.resolve();
      await rest.promise;
      yield randomBytes(1);
    }
    const putting = store.put(key, inTwo());
    await within(half.promise);
    const size = await store.sizeOf(key);
    rest.resolve();
    await within(putting);
    assert.equal(size, undefined);
    assert.equal(await store.sizeOf(key), 200_001);
  },

  'a blob that is missing or too short is said to be': async (store) => {
    const none = newBlobKey();
    assert.equal(await store.sizeOf(none), undefined);
    await assert.rejects(collect(store.read(none)), BlobMissing);
    const key = await putNew(store, randomBytes(10));
    await assert.rejects(collect(store.read(key, { start: 0, end: 11 })), BlobMissing);
  },

  'a deleted blob is gone, and deleting it twice does no harm': async (store) => {
    const [key, other] = [await putNew(store, randomBytes(10)), await putNew(store, randomBytes(10))];
    await store.delete(key);
    await store.delete(key);
    assert.equal(await store.sizeOf(key), undefined);
    assert.equal(await store.sizeOf(other), 10);
  },

  'keys are listed by the age of their blobs': async (store) => {
    const key = await putNew(store, randomBytes(10));
    assert.deepEqual(await collectKeys(store.keysBefore(Date.now() + 60_000), key), [key]);
    assert.deepEqual(await collectKeys(store.keysBefore(Date.now() - 60_000), key), []);
  },

  'no key is taken that was not generated': async (store) => {
    for (const key of ['', '../../etc/passwd', 'A'.repeat(32), `${'a'.repeat(31)}/`]) {
      await assert.rejects(async () => store.sizeOf(key), /not a generated blob key/);
      await assert.rejects(async () => store.put(key, pieces(Buffer.from('x'), 1)), /not a generated/);
      await assert.rejects(async () => collect(store.read(key)), /not a generated/);
      await assert.rejects(async () => store.delete(key), /not a generated/);
    }
  },

  'it is known how much can still be put': async (store) => {
    assert.ok((await store.freeBytes()) > 0);
  },

  'tidying up takes no whole blob, however old': async (store) => {
    const key = await putNew(store, randomBytes(10));
    await store.removeUnfinished(Date.now() + 60_000);
    assert.equal(await store.sizeOf(key), 10);
  },

  'who reads may stop in the middle': async (store) => {
    const key = await putNew(store, randomBytes(300_000), 100_000);
    for await (const chunk of store.read(key)) {
      assert.ok(chunk.length > 0);
      break;
    }
    await store.delete(key);
    assert.equal(await store.sizeOf(key), undefined);
  },
};

/** The difference of long contents would take gigabytes to tell. */
const assertSame = (found: Buffer, content: Buffer) =>
  assert.ok(
    found.equals(content),
    `${found.length} bytes, which are not the ${content.length} that were put`,
  );

async function putNew(store: BlobStore, content: Buffer, pieceBytes = 10): Promise<string> {
  const key = newBlobKey();
  await store.put(key, pieces(content, pieceBytes));
  return key;
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
