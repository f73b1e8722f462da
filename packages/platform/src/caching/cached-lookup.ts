import { microBatch } from '../work/micro-batch.ts';
import type { Cache } from './cache.ts';

/**
 * Looks things up by id, many callers in one round trip and through the cache. What `load` does not return is
 * undefined and is not remembered; neither is what was forgotten while it was loaded.
 */
export function cachedLookup<V>(options: {
  /** What is looked up, for the metrics. */
  name: string;
  cache: Cache;
  prefix: string;
  ttlMs: number;
  load: (ids: string[]) => Promise<Map<string, V>>;
}): { get: (id: string) => Promise<V | undefined>; forget: (ids: string[]) => Promise<void> } {
  const { cache, prefix } = options;
  /** For each load under way what was forgotten since it began: it may have read that before it changed. */
  const forgottenSince = new Set<Set<string>>();
  const loadAndRemember = async (missing: string[]): Promise<Map<string, V>> => {
    const forgotten = new Set<string>();
    forgottenSince.add(forgotten);
    try {
      const loaded = await options.load(missing);
      const lasting = [...loaded].filter(([id]) => !forgotten.has(id));
      await cache.setMany(
        lasting.map(([id, value]) => [prefix + id, value]),
        options.ttlMs,
      );
      return loaded;
    } finally {
      forgottenSince.delete(forgotten);
    }
  };
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
      for (const [id, value] of await loadAndRemember(missing)) found.set(id, value);
    }
    return ids.map((id) => found.get(id));
  };
  return {
    get: microBatch<string, V | undefined>({
      name: options.name,
      run,
      itemsMax: 1000,
      concurrencyMax: 2,
      waitingMax: 100_000,
      isolateFailures: false,
    }),
    forget: (ids) => {
      for (const forgotten of forgottenSince) for (const id of ids) forgotten.add(id);
      return cache.deleteMany(ids.map((id) => prefix + id));
    },
  };
}
