import { losableTopics, type Topic } from '@consulta/contracts/topics';
import {
  allTaken,
  type Bus,
  type BusMessage,
  type SubscribeOptions,
  type Subscription,
} from '../../messaging/bus.ts';
import type { Log } from '../../process/log.ts';
import { wakeableLoop } from '../../work/wakeable-loop.ts';

type Handler = (messages: BusMessage[]) => Promise<void>;

/** Who waits for hints is woken by them. */
const idleMs = 60_000;

/**
 * A bus whose hints, which may be lost, go straight to the subscriber in this process, where there is one: at a
 * thousand bookings a second a database's queue would cost more for each than the hint spares. All else, and hints that
 * nobody here waits for, take the way of `bus`.
 */
export function nearbyHints(bus: Bus, log: Log): Bus {
  const receivers = new Map<Topic, Receiver>();
  return {
    publish: async (topic, messages) => {
      const near = receivers.get(topic);
      if (!near) return bus.publish(topic, messages);
      near.receive(messages);
      return allTaken;
    },
    subscribe: (topic, options, handler) => {
      const far = bus.subscribe(topic, options, handler);
      if (!losableTopics.has(topic)) return far;
      const near = receiver(topic, { options, handler, log });
      receivers.set(topic, near);
      const stop = async () => {
        receivers.delete(topic);
        await Promise.all([far.stop(), near.stop()]);
      };
      return { stop };
    },
  };
}

type Receiver = Subscription & { receive: (messages: BusMessage[]) => void };

/** Handles what it receives, batch by batch; hints with one key that wait become one. */
function receiver(
  topic: Topic,
  { options, handler, log }: { options: SubscribeOptions; handler: Handler; log: Log },
): Receiver {
  const { batchMax, spacingMs = 0 } = options;
  const waiting = new Map<string, BusMessage>();
  const round = async () => {
    const batch = [...waiting.values().take(batchMax)];
    for (const { key } of batch) waiting.delete(key);
    if (batch.length > 0) await handler(batch);
    return waiting.size > 0;
  };
  const loop = wakeableLoop({
    name: `hints of ${topic}`,
    idleMs,
    // What fills a batch need not gather.
    spacingMs: () => (waiting.size >= batchMax ? 0 : spacingMs),
    round,
    log,
  });
  const receive = (messages: BusMessage[]) => {
    for (const message of messages) waiting.set(message.key, { ...message });
    loop.wake();
  };
  return { receive, stop: loop.stop };
}
