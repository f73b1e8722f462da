import { LRUCache } from 'lru-cache';
import type { Cache } from './cache.ts';

/** As it was put, until somebody reads it. */
type Entry = { json: string | undefined; value: unknown };

/**
 * Copies in this process, bounded by entries: the embedded mode's cache, and everywhere the only place for copies of
 * what names a patient, since those stay out of what processes share. What it gives out is frozen: a copy is made once,
 * for its first reader. Most is never read, and a text is less to keep for the collector of garbage than an object.
 */
export function inProcessCache(entriesMax = 100_000): Cache {
  const entries = new LRUCache<string, Entry>({ max: entriesMax });
  return {
    isNear: true,
    getMany: async (keys) => keys.map((key) => read(entries.get(key))),
    setMany: async (pairs, ttlMs) => {
      for (const [key, value] of pairs) {
        entries.set(key, { json: JSON.stringify(value), value: undefined }, { ttl: ttlMs });
      }
    },
    deleteMany: async (keys) => {
      for (const key of keys) entries.delete(key);
    },
  };
}

/** A value as it comes out of JSON, which nobody can change. */
function read(entry: Entry | undefined): unknown {
  if (entry?.json !== undefined) {
    entry.value = freeze(JSON.parse(entry.json));
    entry.json = undefined;
  }
  return entry?.value;
}

/** A reviver of `JSON.parse` would be called for every string and number as well. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
