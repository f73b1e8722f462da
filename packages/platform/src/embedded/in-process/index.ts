export { inProcessCache } from '../../caching/in-process-cache.ts';
export { inProcessCounters } from './counters.ts';
export { inProcessFanout } from './fanout.ts';
export { nearbyHints } from './nearby-hints.ts';
export { inProcessTransport } from './transport.ts';
