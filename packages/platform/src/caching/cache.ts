import { LRUCache } from 'lru-cache';
import { microBatch } from '../work/micro-batch.ts';

/** A shared store of copies that may vanish at any time. Values are JSON data; keys hold all the answer depends on. */
export interface Cache {
  getMany(keys: string[]): Promise<unknown[]>;
  setMany(entries: [key: string, value: unknown][], ttlMs: number): Promise<void>;
  deleteMany(keys: string[]): Promise<void>;
}

/** The embedded mode's cache, in this process, bounded by entries. */
export function inProcessCache(entriesMax = 100_000): Cache {
  const entries = new LRUCache<string, object>({ max: entriesMax });
  return {
    getMany: async (keys) => keys.map((key) => (entries.get(key) as { value: unknown } | undefined)?.value),
    setMany: async (pairs, ttlMs) => {
      for (const [key, value] of pairs) entries.set(key, { value }, { ttl: ttlMs });
    },
    deleteMany: async (keys) => {
      for (const key of keys) entries.delete(key);
    },
  };
}

/**
 * Looks things up by id, many callers in one round trip and through the cache. What `load` does not return is
 * undefined and is not remembered.
 */
export function cachedLookup<V>(options: {
  cache: Cache;
  prefix: string;
  ttlMs: number;
  load: (ids: string[]) => Promise<Map<string, V>>;
}): { get: (id: string) => Promise<V | undefined>; forget: (ids: string[]) => Promise<void> } {
  const { cache, prefix } = options;
  const run = async (ids: string[]): Promise<(V | undefined)[]> => {
    const distinct = [...new Set(ids)];
    const cached = await cache.getMany(distinct.map((id) => prefix + id));
    const found = new Map<string, V>();
    const missing: string[] = [];
    distinct.forEach((id, index) => {
      const value = cached[index] as V | undefined;
      if (value === undefined) missing.push(id);
      else found.set(id, value);
    });
    if (missing.length > 0) {
      const loaded = await options.load(missing);
      await cache.setMany(
        [...loaded].map(([id, value]) => [prefix + id, value]),
        options.ttlMs,
      );
      for (const [id, value] of loaded) found.set(id, value);
    }
    return ids.map((id) => found.get(id));
  };
  return {
    get: microBatch<string, V | undefined>({
      run,
      itemsMax: 1000,
      concurrencyMax: 2,
      waitingMax: 100_000,
      isolateFailures: false,
    }),
    forget: (ids) => cache.deleteMany(ids.map((id) => prefix + id)),
  };
}
