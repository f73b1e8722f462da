import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Cache } from '../caching/cache.ts';
import type { Patience } from './patience.ts';

/**
 * The cache that processes share. While Redis is away nothing is there and nothing is kept. Each command names one key,
 * as a cluster asks; keys go in hashed, since they hold what people typed.
 *
 * A deletion that does not arrive leaves the copy until its time is over.
 */
export function redisCache(client: Redis, attempt: Patience, prefix: string): Cache {
  const keyOf = (key: string) => `${prefix}cache:${hash('sha256', key, 'base64url')}`;
  const each = (work: Promise<unknown>[]) => Promise.all(work).then(() => {});
  const ignoreFailure = () => {};
  return {
    getMany: async (keys) => {
      if (keys.length === 0) return [];
      const read = () => Promise.all(keys.map((key) => client.get(keyOf(key))));
      const found = await attempt(read).catch(() => keys.map(() => null));
      return found.map(valueIn);
    },
    setMany: async (entries, ttlMs) => {
      if (entries.length === 0) return;
      const put = () =>
        each(entries.map(([key, value]) => client.set(keyOf(key), JSON.stringify(value), 'PX', ttlMs)));
      await attempt(put).catch(ignoreFailure);
    },
    deleteMany: async (keys) => {
      if (keys.length === 0) return;
      await attempt(() => each(keys.map((key) => client.del(keyOf(key))))).catch(ignoreFailure);
    },
  };
}

/** What was put; undefined for nothing, and for what nobody here has put. */
function valueIn(json: string | null): unknown {
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
