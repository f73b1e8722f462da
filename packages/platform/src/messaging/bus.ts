import type { Topic } from '@consulta/contracts';

/**
 * `id` deduplicates a message, and orders those that are published together: a UUIDv7. `key` is the id it is about and
 * the group whose order is kept.
 */
export type BusMessage = { id: string; key: string };

/** Messages that a bus did not take. */
export type NotTaken = {
  /** It may take them when they are published again. */
  later: readonly BusMessage[];
  /** It will never take them, for what they are. */
  never: readonly BusMessage[];
};

/** What a bus answers that took everything. */
export const allTaken: NotTaken = { later: [], never: [] };

export type SubscribeOptions = {
  /** Messages handled at once, whatever the engine hands out at once. */
  batchMax: number;
  /** The shortest time between the starts of two batches, so that a storm gathers. */
  spacingMs?: number;
};

export type Subscription = {
  /** Ends after the batch under way; what was not handled stays in the queue. */
  stop: () => Promise<void>;
};

/**
 * Topics and their queues. Delivery is at least once: late, repeated or out of order, so a consumer reads the state
 * again and checks.
 *
 * A handler that throws gets its messages again in smaller parts, so that a bad one never fails its neighbours; a bad one
 * comes again later, a bounded number of times, and then rests in the topic's dead-letter queue. While what a handler
 * needs is away ({@link isOutage}), nothing more is received and no message is nearer to that end.
 */
export interface Bus {
  /** Throws where it took nothing. Whoever publishes does so again with what was not taken, under the same ids. */
  publish(topic: Topic, messages: BusMessage[]): Promise<NotTaken>;
  subscribe(
    topic: Topic,
    options: SubscribeOptions,
    handler: (messages: BusMessage[]) => Promise<void>,
  ): Subscription;
}

/** A bus as an adapter opens it. */
export type OpenedBus = Bus & {
  /** Gives the messages that rest among a topic's dead letters back to its queue; answers how many. */
  redrive: (topic: Topic) => Promise<number>;
  /** Whether it was out of reach when it was last tried. */
  isAway: () => boolean;
  close: () => Promise<void>;
};
