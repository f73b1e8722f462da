export { inProcessCache } from './cache.ts';
export { inProcessCounters } from './counters.ts';
export { inProcessFanout } from './fanout.ts';
export { nearbyHints } from './nearby-hints.ts';
