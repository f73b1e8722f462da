export type { Bus, BusMessage, Subscription } from './bus.ts';
export { type Fanout, inProcessFanout } from './fanout.ts';
export { enqueue, startRelay } from './outbox.ts';
