import type { Cache } from './cache.ts';
import { inProcessCache } from './in-process-cache.ts';

/**
 * A cache that processes share, with copies in this process before it, which are there also where the shared one is slow or
 * away. For what never changes: a deletion reaches no other process's copies.
 *
 * @param ttlMs how long a copy that was found in the shared cache stays here.
 */
export function withNearCopies(shared: Cache, ttlMs: number): Cache {
  if (shared.isNear) return shared;
  const near = inProcessCache();
  const getMany = async (keys: string[]) => {
    const copies = await near.getMany(keys);
    const missing = keys.filter((_, index) => copies[index] === undefined);
    if (missing.length === 0) return copies;
    const found = await shared.getMany(missing);
    const there = missing.map((key, index): [string, unknown] => [key, found[index]]);
    await near.setMany(
      there.filter(([, value]) => value !== undefined),
      ttlMs,
    );
    const byKey = new Map(there);
    return keys.map((key, index) => copies[index] ?? byKey.get(key));
  };
  return {
    getMany,
    setMany: async (entries, forMs) => {
      await near.setMany(entries, forMs);
      await shared.setMany(entries, forMs);
    },
    deleteMany: async (keys) => {
      await near.deleteMany(keys);
      await shared.deleteMany(keys);
    },
  };
}
