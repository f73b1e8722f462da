export type { Cache } from './cache.ts';
export { cachedLookup } from './cached-lookup.ts';
