import type { Topic } from '@consulta/contracts';

/**
 * `id` deduplicates a message, and orders those that are published together: a UUIDv7. `key` is the id it is about and
 * the group whose order is kept.
 */
export type BusMessage = { id: string; key: string };

export type SubscribeOptions = {
  /** Messages handled at once. */
  batchMax: number;
  /** The shortest time between the starts of two batches, so that a storm gathers. */
  spacingMs?: number;
};

export type Subscription = { stop: () => Promise<void> };

/**
 * Topics and their queues. Delivery is at least once: late, repeated or out of order, so a consumer reads the
 * state again and checks. A handler that throws gets its messages again later, a bounded number of times, and
 * then they rest in the topic's dead-letter queue.
 */
export interface Bus {
  publish(topic: Topic, messages: BusMessage[]): Promise<void>;
  subscribe(
    topic: Topic,
    options: SubscribeOptions,
    handler: (messages: BusMessage[]) => Promise<void>,
  ): Subscription;
}
