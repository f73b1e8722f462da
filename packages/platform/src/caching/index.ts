export type { Cache } from './cache.ts';
export { cachedLookup } from './cached-lookup.ts';
export { inProcessCache } from './in-process-cache.ts';
export { withNearCopies } from './near-copies.ts';
