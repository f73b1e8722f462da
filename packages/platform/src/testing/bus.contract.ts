import assert from 'node:assert/strict';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { Topic } from '@consulta/contracts';
import type { BusMessage, OpenedBus } from '../messaging/bus.ts';
import { problem } from '../problems/problem.ts';
import type { Contract } from './contract.ts';

/**
 * A bus without messages. It retries at once and not often ({@link triesMax} times at most).
 */
export type BusUnderTest = {
  bus: Pick<OpenedBus, 'publish' | 'subscribe' | 'redrive'>;
  /** What rests in a topic's dead-letter queue. */
  deadLetters: (topic: Topic) => Promise<BusMessage[]>;
  /** Cuts all connections with the engine, as its restart does; it keeps what it has. */
  restartEngine: () => Promise<void>;
};

/** A message under test is received this often at most before it rests among the dead letters. */
export const triesMax = 3;

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

  'hints of a key come in the order they were published': async ({ bus }, within) => {
    const keys = ['one', 'two', 'three'];
    const published: BusMessage[] = [];
    for (let round = 0; round < 10; round += 1) {
      const sent = keys.map(messageOf);
      published.push(...sent);
      await publishAll(bus, hints, sent);
    }
    await publishAll(
      bus,
      hints,
      keys.map((key) => messageOf(`last of ${key}`)),
    );
    const received = receive(bus, hints, keys.length, {
      batchMax: 7,
      isLast: ({ key }) => key.startsWith('last'),
    });
    const all = await within(received.all);
    for (const key of keys) {
      const came = all.filter((each) => each.key === key).map(({ id }) => id);
      const inOrder = published.map(({ id }) => id).filter((id) => came.includes(id));
      assert.deepEqual(came, inOrder);
    }
    await received.stop();
  },

  'more come at once than an engine hands out at once, where more are asked for': async ({ bus }, within) => {
    await bus.publish(topic, messagesOf('one', 60));
    const received = receive(bus, topic, 60, { batchMax: 50 });
    await within(received.all);
    const largest = Math.max(...received.batches.map(({ length }) => length));
    assert.ok(largest > 10 && largest <= 50, `at most ${largest}`);
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
    const refused = new Set<string>();
    const messages = messagesOf('one', 3);
    await bus.publish(topic, messages);
    const received = receive(bus, topic, 3, {
      // Each fails together with others, and once alone.
      before: async ([first, ...others]) => {
        if (refused.size === messages.length || first === undefined) return;
        if (others.length === 0) refused.add(first.id);
        throw new Error('not this time');
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
    const published = publishAll(bus, hints, [second]);
    gate.resolve();
    await published;
    assert.deepEqual(await within(received.all), [first, second]);
    await received.stop();
  },

  'of hints that nobody has received, each key has one left at least': async ({ bus }, within) => {
    for (let round = 0; round < 3; round += 1) {
      await publishAll(bus, hints, [...messagesOf('ana', 5), ...messagesOf('bia', 5)]);
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
    const resting = await restingAmongDead(deadLetters, topic, within);
    assert.deepEqual(
      resting.map(({ key }) => key),
      ['poison'],
    );
    assert.ok(tried > 1);
    assert.ok(!received.ids().includes(poison.id));
    await received.stop();
  },

  'a bad message among a hundred good ones: these are handled once, it is buried and comes back when it is told to':
    async ({ bus, deadLetters }, within) => {
      const poison = messageOf('poison');
      const good = messagesOf('one', 100);
      let mended = false;
      const handled: string[] = [];
      const [goodDone, badDone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const subscription = bus.subscribe(topic, { batchMax: 100 }, async (messages) => {
        const bad = messages.some(({ key }) => key === poison.key);
        if (bad && !mended) throw new Error('this cannot be handled');
        handled.push(...messages.map(({ id }) => id));
        if (handled.length >= good.length) goodDone.resolve();
        if (bad) badDone.resolve();
      });
      await bus.publish(topic, [...good.slice(0, 50), poison, ...good.slice(50)]);
      await within(goodDone.promise);
      const resting = await restingAmongDead(deadLetters, topic, within);
      assert.deepEqual(
        resting.map(({ key }) => key),
        [poison.key],
      );
      assert.deepEqual(handled.toSorted(), good.map(({ id }) => id).toSorted());
      mended = true;
      assert.equal(await bus.redrive(topic), 1);
      await within(badDone.promise);
      assert.equal(handled.length, good.length + 1);
      assert.deepEqual(await deadLetters(topic), []);
      await subscription.stop();
    },

  'while something that handlers need is away, messages wait and none is buried': async (
    { bus, deadLetters },
    within,
  ) => {
    const messages = messagesOf('one', 5);
    let attempts = 0;
    await bus.publish(topic, messages);
    const received = receive(bus, topic, messages.length, {
      before: async () => {
        attempts += 1;
        if (attempts <= triesMax + 2) throw problem('unavailable');
      },
    });
    await within(received.all);
    await received.stop();
    assert.deepEqual(new Set(received.ids()), new Set(messages.map(({ id }) => id)));
    assert.deepEqual(await deadLetters(topic), []);
  },

  'messages outlive a restart of the engine, and whoever receives goes on': async (
    { bus, restartEngine },
    within,
  ) => {
    await bus.publish(topic, messagesOf('before', 10));
    await restartEngine();
    const early = receive(bus, topic, 10);
    await within(early.all);
    await restartEngine();
    const publishUntilTaken = async (message: BusMessage) => {
      for (;;) {
        try {
          return await bus.publish(topic, [message]);
        } catch {
          await pause(20);
        }
      }
    };
    const late = messagesOf('after', 5);
    for (const message of late) await within(publishUntilTaken(message));
    const arrived = async () => {
      while (!late.every(({ id }) => early.ids().includes(id))) await pause(10);
    };
    await within(arrived());
    await early.stop();
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

/** Publishes as the relay does: what was not taken goes out again. */
async function publishAll(bus: BusUnderTest['bus'], to: Topic, messages: BusMessage[]): Promise<void> {
  for (let left: readonly BusMessage[] = messages; left.length > 0; await turn()) {
    ({ later: left } = await bus.publish(to, [...left]));
  }
}

/** Waits until as many messages rest among a topic's dead letters. */
async function restingAmongDead(
  deadLetters: BusUnderTest['deadLetters'],
  from: Topic,
  within: Parameters<Contract<BusUnderTest>[string]>[1],
): Promise<BusMessage[]> {
  let patient = true;
  const wait = async () => {
    let resting: BusMessage[] = [];
    while (patient && resting.length === 0) {
      resting = await deadLetters(from);
      await pause(10);
    }
    return resting;
  };
  return within(wait()).finally(() => {
    patient = false;
  });
}

/**
 * Handles messages of a topic: what was handled so far, and all of it once `count` different messages were, of those
 * that `isLast` names.
 */
function receive(
  bus: BusUnderTest['bus'],
  from: Topic,
  count: number,
  options: {
    batchMax?: number;
    before?: (messages: BusMessage[]) => Promise<void>;
    isLast?: (message: BusMessage) => boolean;
  } = {},
) {
  const { isLast = () => true } = options;
  const handled: BusMessage[] = [];
  const batches: BusMessage[][] = [];
  const { promise, resolve } = Promise.withResolvers<BusMessage[]>();
  const ids = () => handled.map(({ id }) => id);
  const { stop } = bus.subscribe(from, { batchMax: options.batchMax ?? 10 }, async (messages) => {
    await options.before?.(messages);
    batches.push(messages);
    handled.push(...messages);
    if (new Set(handled.filter(isLast).map(({ id }) => id)).size >= count) resolve(handled);
  });
  return { batches, ids, all: promise, stop };
}

const stopAll = (...subscriptions: { stop: () => Promise<void> }[]) =>
  Promise.all(subscriptions.map(({ stop }) => stop()));
