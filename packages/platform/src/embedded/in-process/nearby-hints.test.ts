import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Topic } from '@consulta/contracts/topics';
import { allTaken, type Bus, type BusMessage } from '../../messaging/bus.ts';
import { createLog } from '../../process/log.ts';
import { nearbyHints } from './nearby-hints.ts';

/** A bus that keeps what is published, and delivers nothing. */
function farBus() {
  const published: [Topic, BusMessage[]][] = [];
  const subscribed: Topic[] = [];
  const bus: Bus = {
    publish: async (topic, messages) => {
      published.push([topic, messages]);
      return allTaken;
    },
    subscribe: (topic) => {
      subscribed.push(topic);
      return { stop: async () => void subscribed.splice(subscribed.indexOf(topic), 1) };
    },
  };
  return { bus: nearbyHints(bus, createLog('silent')), published, subscribed };
}

const hint = (key: string, id = crypto.randomUUID()): BusMessage => ({ id, key });

/** A subscriber that keeps what it gets, and how to wait for a number of batches. */
function keeper() {
  const batches: BusMessage[][] = [];
  let check = () => {};
  const handler = async (messages: BusMessage[]) => {
    batches.push(messages);
    check();
  };
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => isSo() && resolve();
      check();
    });
  return { batches, handler, until, keys: () => batches.flat().map(({ key }) => key) };
}

test('a hint goes straight to who waits for it in this process, and hints of one key become one', async () => {
  const { bus, published, subscribed } = farBus();
  const kept = keeper();
  const subscription = bus.subscribe('booking_wake', { batchMax: 2 }, kept.handler);
  assert.deepEqual(subscribed, ['booking_wake'], 'what others publish comes as well');
  await bus.publish('booking_wake', [hint('a'), hint('b'), hint('a'), hint('c')]);
  await kept.until(() => kept.keys().length === 3);
  assert.deepEqual(kept.keys().sort(), ['a', 'b', 'c']);
  assert.ok(kept.batches.every(({ length }) => length <= 2));
  assert.deepEqual(published, []);
  await subscription.stop();
  assert.deepEqual(subscribed, []);
});

test('a hint that comes while its line is handled is handled afterwards', async () => {
  const { bus } = farBus();
  const kept = keeper();
  const subscription = bus.subscribe('booking_wake', { batchMax: 10 }, async (messages) => {
    if (kept.batches.length === 0) await bus.publish('booking_wake', [hint('a')]);
    await kept.handler(messages);
  });
  await bus.publish('booking_wake', [hint('a')]);
  await kept.until(() => kept.keys().length === 2);
  await subscription.stop();
});

test('a handler that fails keeps no later hint from coming', async () => {
  const { bus } = farBus();
  const kept = keeper();
  let failures = 0;
  const subscription = bus.subscribe('booking_wake', { batchMax: 1 }, async (messages) => {
    if (messages[0]?.key === 'bad') {
      failures += 1;
      throw new Error('not this one');
    }
    await kept.handler(messages);
  });
  await bus.publish('booking_wake', [hint('bad'), hint('good')]);
  await kept.until(() => kept.keys().includes('good'));
  assert.equal(failures, 1);
  await subscription.stop();
});

test('what must not be lost, and what nobody here waits for, takes the other way', async () => {
  const { bus, published } = farBus();
  const kept = keeper();
  const subscription = bus.subscribe('claim_released', { batchMax: 10 }, kept.handler);
  await bus.publish('claim_released', [hint('a')]);
  await bus.publish('booking_wake', [hint('b')]);
  assert.deepEqual(
    published.map(([topic]) => topic),
    ['claim_released', 'booking_wake'],
  );
  assert.deepEqual(kept.batches, []);
  await subscription.stop();
});
