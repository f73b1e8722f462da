export { allTaken, type Bus, type BusMessage, type OpenedBus, type Subscription } from './bus.ts';
export { type Fanout, readMessage } from './fanout.ts';
export { watchOutbox } from './metrics.ts';
export { enqueue } from './outbox.ts';
export { startRelay } from './relay.ts';
