import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BlobMissing, type BlobStore } from '../blobs/blob-store.ts';
import { blobStoreContract } from '../testing/blob-store.contract.ts';
import { holdTo, isBroken } from '../testing/contract.ts';
import { openDiskBlobStore } from './disk-blobs.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-blobs-'));
after(() => rm(root, { recursive: true, force: true }));

type Fault = (sound: BlobStore) => Partial<BlobStore>;

async function underTest(fault: Fault = () => ({})): Promise<{ adapter: BlobStore }> {
  const sound = await openDiskBlobStore(await mkdtemp(join(root, 'blobs-')));
  return { adapter: { ...sound, ...fault(sound) } };
}

holdTo('blobs on the disk', blobStoreContract, () => underTest());

/** Puts what comes after another as it comes, at the end of what is there. */
const putGrowing =
  (sound: BlobStore): BlobStore['put'] =>
  async (key, content) => {
    const all: Uint8Array[] = [];
    for await (const piece of content) {
      all.push(piece);
      await sound.put(key, list(all));
    }
  };

async function* list<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

const planted: [promise: string, fault: Fault][] = [
  ['a blob comes back as it was put, whole and by range', ({ read }) => ({ read: (key) => read(key) })],
  ['an empty blob is there', ({ sizeOf }) => ({ sizeOf: async (key) => (await sizeOf(key)) || undefined })],
  [
    'a sender may use its memory again for the next piece',
    (sound) => ({
      put: async (key, content) => {
        const all: Uint8Array[] = [];
        for await (const piece of content) all.push(piece);
        await sound.put(key, list(all));
      },
    }),
  ],
  ['a put whose content fails leaves nothing', (sound) => ({ put: putGrowing(sound) })],
  ['nothing of a blob is there before all of it is', (sound) => ({ put: putGrowing(sound) })],
  [
    'a blob that is missing or too short is said to be',
    (sound) => ({
      read: async function* (...given) {
        try {
          yield* sound.read(...given);
        } catch (error) {
          if (!(error instanceof BlobMissing)) throw error;
        }
      },
    }),
  ],
  ['a deleted blob is gone, and deleting it twice does no harm', () => ({ delete: async () => {} })],
  [
    'keys are listed by the age of their blobs',
    ({ keysBefore }) => ({ keysBefore: () => keysBefore(Number.MAX_SAFE_INTEGER) }),
  ],
  ['no key is taken that was not generated', () => ({ sizeOf: async () => undefined })],
  ['it is known how much can still be put', () => ({ freeBytes: async () => Number.NaN })],
  [
    'tidying up takes no whole blob, however old',
    (sound) => ({
      removeUnfinished: async (instantMs) => {
        for await (const key of sound.keysBefore(instantMs)) await sound.delete(key);
        return 0;
      },
    }),
  ],
  [
    'who reads may stop in the middle',
    (sound) => {
      const reading = new Set<string>();
      return {
        read: async function* (key, range) {
          reading.add(key);
          yield* sound.read(key, range);
          reading.delete(key);
        },
        delete: async (key) => {
          if (!reading.has(key)) await sound.delete(key);
        },
      };
    },
  ],
];

for (const [promise, fault] of planted) {
  test(`a store that breaks this is found out: ${promise}`, async () => {
    assert.ok(await isBroken(blobStoreContract, promise, () => underTest(fault)));
  });
}
