import { LRUCache } from 'lru-cache';
import type { Cache } from './cache.ts';

/**
 * Copies in this process, bounded by entries: the embedded mode's cache, and everywhere the only place for copies of
 * what names a patient, since those stay out of what processes share. What it gives out is frozen: a copy is made once,
 * when it is put, and not for each of its many readers.
 */
export function inProcessCache(entriesMax = 100_000): Cache {
  const entries = new LRUCache<string, { value: unknown }>({ max: entriesMax });
  return {
    getMany: async (keys) => keys.map((key) => entries.get(key)?.value),
    setMany: async (pairs, ttlMs) => {
      for (const [key, value] of pairs) entries.set(key, { value: frozenCopy(value) }, { ttl: ttlMs });
    },
    deleteMany: async (keys) => {
      for (const key of keys) entries.delete(key);
    },
  };
}

/** A value as it comes out of JSON, which nobody can change. */
const frozenCopy = (value: unknown): unknown => freeze(JSON.parse(JSON.stringify(value)));

/** A reviver of `JSON.parse` would be called for every string and number as well. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
