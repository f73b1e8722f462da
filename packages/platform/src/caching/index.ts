export { type Cache, cachedLookup, inProcessCache } from './cache.ts';
