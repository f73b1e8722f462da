import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheContract } from '../testing/cache.contract.ts';
import { holdTo } from '../testing/contract.ts';
import type { Cache } from './cache.ts';
import { inProcessCache } from './in-process-cache.ts';
import { withNearCopies } from './near-copies.ts';

/** Another process's side of a shared cache, which may be away. */
function sharedCache(): Cache & { away: boolean } {
  const { getMany, setMany, deleteMany } = inProcessCache();
  const shared = {
    away: false,
    getMany: async (keys: string[]) => (shared.away ? keys.map(() => undefined) : getMany(keys)),
    setMany,
    deleteMany,
  };
  return shared;
}

holdTo('a shared cache with copies before it', cacheContract, async () => ({
  adapter: withNearCopies(sharedCache(), 60_000),
}));

test('what was found once is there also while the shared cache is away', async () => {
  const shared = sharedCache();
  await shared.setMany([['a', 1]], 60_000);
  const cache = withNearCopies(shared, 60_000);
  await cache.setMany([['b', 2]], 60_000);
  assert.deepEqual(await cache.getMany(['b', 'a', 'c']), [2, 1, undefined]);
  shared.away = true;
  assert.deepEqual(await cache.getMany(['a', 'b', 'c']), [1, 2, undefined]);
});

test('a cache in this process needs no copies before it', () => {
  const near = inProcessCache();
  assert.equal(withNearCopies(near, 1), near);
});
