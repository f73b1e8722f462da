import { microBatch } from '../work/micro-batch.ts';
import type { Cache } from './cache.ts';

/** What came of one id. */
type Found<V> = { value: V | undefined } | { error: unknown };

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
  /** For so long after that a copy still serves where `load` fails. */
  outlastsMs?: number;
  load: (ids: string[]) => Promise<Map<string, V>>;
}): { get: (id: string) => Promise<V | undefined>; forget: (ids: string[]) => Promise<void> } {
  const { cache, prefix, ttlMs, outlastsMs = 0 } = options;
  const outlasting = `outlasting:${prefix}`;
  /** For each load under way what was forgotten since it began: it may have read that before it changed. */
  const forgottenSince = new Set<Set<string>>();
  const remember = async (entries: [string, V][]) => {
    const under = (keys: string): [string, V][] => entries.map(([id, value]) => [keys + id, value]);
    await cache.setMany(under(prefix), ttlMs);
    if (outlastsMs > 0) await cache.setMany(under(outlasting), ttlMs + outlastsMs);
  };
  const recall = async (keys: string, ids: string[]): Promise<Map<string, Found<V>>> => {
    const cached = (await cache.getMany(ids.map((id) => keys + id))) as (V | undefined)[];
    const there = ids.map((id, index) => [id, { value: cached[index] }] as const);
    return new Map(there.filter(([, { value }]) => value !== undefined));
  };
  const loadAndRemember = async (missing: string[]): Promise<Map<string, Found<V>>> => {
    const forgotten = new Set<string>();
    forgottenSince.add(forgotten);
    try {
      const loaded = await options.load(missing);
      await remember([...loaded].filter(([id]) => !forgotten.has(id)));
      return new Map(missing.map((id) => [id, { value: loaded.get(id) }]));
    } catch (error) {
      const outlasted = outlastsMs > 0 ? await recall(outlasting, missing) : new Map<string, Found<V>>();
      return new Map(missing.map((id) => [id, outlasted.get(id) ?? { error }]));
    } finally {
      forgottenSince.delete(forgotten);
    }
  };
  const run = async (ids: string[]): Promise<Found<V>[]> => {
    const distinct = [...new Set(ids)];
    const found = await recall(prefix, distinct);
    const missing = distinct.filter((id) => !found.has(id));
    if (missing.length > 0) {
      for (const [id, each] of await loadAndRemember(missing)) found.set(id, each);
    }
    return ids.map((id) => found.get(id) ?? { value: undefined });
  };
  const find = microBatch<string, Found<V>>({
    name: options.name,
    run,
    itemsMax: 1000,
    concurrencyMax: 2,
    waitingMax: 100_000,
    isolateFailures: false,
  });
  return {
    get: (id) => find(id).then(foundOrThrow),
    forget: (ids) => {
      for (const forgotten of forgottenSince) for (const id of ids) forgotten.add(id);
      return cache.deleteMany(ids.flatMap((id) => [prefix + id, outlasting + id]));
    },
  };
}

function foundOrThrow<V>(found: Found<V>): V | undefined {
  if ('error' in found) throw found.error;
  return found.value;
}
