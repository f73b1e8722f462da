import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Topic } from '@consulta/contracts';
import type { Bus, BusMessage } from '../messaging/bus.ts';
import type { Contract } from './contract.ts';

/** A bus without messages, and how to see what rests in a topic's dead-letter queue. It retries at once and not often. */
export type BusUnderTest = { bus: Bus; deadLetters: (topic: Topic) => Promise<BusMessage[]> };

/** A topic whose every message is handled, and one whose messages are hints. */
const [topic, hints] = ['claim_released', 'booking_wake'] as const;

/** What every adapter of {@link Bus} must do. */
export const busContract: Contract<BusUnderTest> = {
  'a message comes to its topic as it was published': async ({ bus }, within) => {
    const elsewhere = receive(bus, hints, 1);
    const here = receive(bus, topic, 1);
    const message = messageOf('one');
    const sent = { ...message };
    const published = bus.publish(topic, [sent]);
    sent.key = 'changed';
    await published;
    await bus.publish(topic, []);
    assert.deepEqual(await within(here.all), [message]);
    const hint = messageOf('hint');
    await bus.publish(hints, [hint]);
    assert.deepEqual(await within(elsewhere.all), [hint]);
    await stopAll(here, elsewhere);
  },

  'messages of a key come in the order they were published': async ({ bus }, within) => {
    const lines = ['one', 'two', 'three'].map((key) => messagesOf(key, 30));
    for (let from = 0; from < 30; from += 10) {
      await bus.publish(
        topic,
        lines.flatMap((line) => line.slice(from, from + 10)),
      );
    }
    const received = receive(bus, topic, 90, { batchMax: 7 });
    const all = await within(received.all);
    for (const line of lines) {
      assert.deepEqual(
        all.filter(({ key }) => key === line[0]?.key),
        line,
      );
    }
    await received.stop();
  },

  'no more messages come at once than asked for': async ({ bus }, within) => {
    await bus.publish(topic, messagesOf('one', 25));
    const received = receive(bus, topic, 25, { batchMax: 10 });
    await within(received.all);
    assert.ok(received.batches.every(({ length }) => length > 0 && length <= 10));
    await received.stop();
  },

  'what is published twice comes, and takes nothing with it': async ({ bus }, within) => {
    const messages = messagesOf('one', 3);
    await bus.publish(topic, messages);
    await bus.publish(topic, messages);
    const received = receive(bus, topic, 3);
    await within(received.all);
    assert.deepEqual(new Set(received.ids()), new Set(messages.map(({ id }) => id)));
    await received.stop();
  },

  'messages that a handler threw on come again': async ({ bus }, within) => {
    let thrown = 0;
    const messages = messagesOf('one', 3);
    await bus.publish(topic, messages);
    const received = receive(bus, topic, 3, {
      before: async () => {
        thrown += 1;
        if (thrown === 1) throw new Error('not this time');
      },
    });
    await within(received.all);
    assert.deepEqual(new Set(received.ids()), new Set(messages.map(({ id }) => id)));
    await received.stop();
  },

  'nothing is lost that is published while messages are handled': async ({ bus }, within) => {
    const waiting = messagesOf('one', 40);
    const received = receive(bus, topic, 40, {
      before: async () => {
        const next = waiting.splice(0, 3);
        // One is there before the handler ends, the others come as it does.
        await bus.publish(topic, next.slice(0, 1));
        void bus.publish(topic, next.slice(1));
      },
    });
    await bus.publish(topic, waiting.splice(0, 1));
    await within(received.all);
    await received.stop();
  },

  'a hint that comes while one of its key is handled comes afterwards': async ({ bus }, within) => {
    const [first, second] = [messageOf('doctor'), messageOf('doctor')];
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const received = receive(bus, hints, 2, {
      before: () => {
        begun.resolve();
        return gate.promise;
      },
    });
    await bus.publish(hints, [first]);
    await within(begun.promise);
    await bus.publish(hints, [second]);
    gate.resolve();
    assert.deepEqual(await within(received.all), [first, second]);
    await received.stop();
  },

  'of hints that nobody has received, each key has one left at least': async ({ bus }, within) => {
    for (let round = 0; round < 3; round += 1) {
      await bus.publish(hints, [...messagesOf('ana', 5), ...messagesOf('bia', 5)]);
    }
    const keys = new Set<string>();
    const both = Promise.withResolvers<void>();
    const subscription = bus.subscribe(hints, { batchMax: 10 }, async (messages) => {
      for (const { key } of messages) keys.add(key);
      if (keys.size === 2) both.resolve();
    });
    await within(both.promise);
    await subscription.stop();
  },

  'stopping waits for what is under way, and what comes later waits for the next subscriber': async (
    { bus },
    within,
  ) => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = receive(bus, topic, 1, {
      before: () => {
        begun.resolve();
        return gate.promise;
      },
    });
    const [one, two] = [messageOf('one'), messageOf('one')];
    await bus.publish(topic, [one]);
    await within(begun.promise);
    let stopped = false;
    const stopping = first.stop().then(() => {
      stopped = true;
    });
    for (let turns = 0; turns < 20; turns += 1) await turn();
    assert.equal(stopped, false);
    gate.resolve();
    await within(stopping);
    assert.deepEqual(first.ids(), [one.id]);
    await bus.publish(topic, [two]);
    const next = receive(bus, topic, 1);
    assert.deepEqual(await within(next.all), [two]);
    await next.stop();
    assert.deepEqual(first.ids(), [one.id]);
  },

  'subscribers of a topic share its messages': async ({ bus }, within) => {
    const messages = messagesOf('one', 30);
    const seen = new Set<string>();
    const all = Promise.withResolvers<void>();
    const subscriptions = [1, 2].map(() =>
      bus.subscribe(topic, { batchMax: 3 }, async (batch) => {
        for (const { id } of batch) seen.add(id);
        if (seen.size === messages.length) all.resolve();
      }),
    );
    await bus.publish(topic, messages);
    await within(all.promise);
    await stopAll(...subscriptions);
  },

  'a message that is never handled rests among the dead letters, and the others go on': async (
    { bus, deadLetters },
    within,
  ) => {
    const poison = messageOf('poison');
    const others = messagesOf('one', 5);
    let tried = 0;
    const received = receive(bus, topic, others.length, {
      batchMax: 1,
      before: async ([message]) => {
        if (message?.key !== poison.key) return;
        tried += 1;
        throw new Error('this cannot be handled');
      },
    });
    await bus.publish(topic, [poison, ...others]);
    await within(received.all);
    let resting: BusMessage[] = [];
    let patient = true;
    const wait = async () => {
      while (patient && resting.length === 0) {
        resting = await deadLetters(topic);
        await turn();
      }
    };
    await within(wait()).finally(() => {
      patient = false;
    });
    assert.deepEqual(
      resting.map(({ key }) => key),
      ['poison'],
    );
    assert.ok(tried > 1);
    assert.ok(!received.ids().includes(poison.id));
    await received.stop();
  },
};

/** New messages about a key, with ids in order. */
function messagesOf(key: string, count: number): BusMessage[] {
  const run = crypto.randomUUID().slice(8, -4);
  return Array.from({ length: count }, (_, index) => {
    return { id: `01936f0a${run}${index.toString(16).padStart(4, '0')}`, key };
  });
}

/** One new message about a key. */
const messageOf = (key: string): BusMessage => ({ id: crypto.randomUUID(), key });

/** Handles messages of a topic: what was handled so far, and all of it once `count` different messages were. */
function receive(
  bus: Bus,
  from: Topic,
  count: number,
  options: { batchMax?: number; before?: (messages: BusMessage[]) => Promise<void> } = {},
) {
  const handled: BusMessage[] = [];
  const batches: BusMessage[][] = [];
  const { promise, resolve } = Promise.withResolvers<BusMessage[]>();
  const ids = () => handled.map(({ id }) => id);
  const { stop } = bus.subscribe(from, { batchMax: options.batchMax ?? 10 }, async (messages) => {
    await options.before?.(messages);
    batches.push(messages);
    handled.push(...messages);
    if (new Set(ids()).size >= count) resolve(handled);
  });
  return { batches, ids, all: promise, stop };
}

const stopAll = (...subscriptions: { stop: () => Promise<void> }[]) =>
  Promise.all(subscriptions.map(({ stop }) => stop()));
