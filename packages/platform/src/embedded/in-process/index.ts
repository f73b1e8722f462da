export { inProcessCache } from './cache.ts';
export { inProcessCounters } from './counters.ts';
export { inProcessFanout } from './fanout.ts';
