export type { Bus, BusMessage, Subscription } from './bus.ts';
export { type Fanout, readMessage } from './fanout.ts';
export { enqueue, startRelay } from './outbox.ts';
