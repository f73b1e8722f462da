import { microBatch } from '../work/micro-batch.ts';
import type { Cache } from './cache.ts';

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
