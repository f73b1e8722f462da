import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheContract } from '../testing/cache.contract.ts';
import { brokenPromises, holdTo } from '../testing/contract.ts';
import type { Cache } from './cache.ts';
import { inProcessCache } from './in-process-cache.ts';

holdTo('the cache in this process', cacheContract, async () => ({ adapter: inProcessCache() }));

const brokenBy = (fault: (sound: Cache) => Partial<Cache>) =>
  brokenPromises(
    cacheContract,
    async () => {
      const sound = inProcessCache();
      return { adapter: { ...sound, ...fault(sound) } };
    },
    500,
  );

test('a cache that hands out live objects is found out', async () => {
  const live = new Map<string, unknown>();
  const broken = await brokenBy(() => ({
    getMany: async (keys) => keys.map((key) => live.get(key)),
    setMany: async (entries) => {
      for (const [key, value] of entries) live.set(key, value);
    },
  }));
  assert.ok(broken.includes('changing what was put or what was given out changes nothing for anybody else'));
  assert.ok(broken.includes('what JSON changes comes back as JSON has it'));
});

test('a cache that loses, keeps too long, mixes up or does not forget is found out', async () => {
  const planted: [promise: string, fault: (sound: Cache) => Partial<Cache>][] = [
    [
      'the later value replaces the earlier one, and what is deleted is gone',
      () => ({ deleteMany: async () => {} }),
    ],
    [
      'a value vanishes when its time is over, and no other does',
      (sound) => ({ setMany: (entries) => sound.setMany(entries, 3_600_000) }),
    ],
    [
      'values come in the order of the keys, and what is not there is undefined',
      (sound) => ({ getMany: (keys) => sound.getMany(keys.toSorted()) }),
    ],
    [
      'values that are false, empty or null are there all the same',
      (sound) => ({
        setMany: (entries, ttlMs) =>
          sound.setMany(
            entries.filter(([, value]) => value),
            ttlMs,
          ),
      }),
    ],
  ];
  for (const [promise, fault] of planted) assert.ok((await brokenBy(fault)).includes(promise), promise);
});
