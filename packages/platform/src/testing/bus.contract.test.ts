import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Topic, topics } from '@consulta/contracts';
import type { Bus, BusMessage } from '../messaging/bus.ts';
import { type BusUnderTest, busContract } from './bus.contract.ts';
import { brokenPromises } from './contract.ts';

type Waiting = { message: BusMessage; tried: number };

/** A bus in memory, to have faults planted: each named part is what a sound bus does there. */
const sound = {
  copy: (message: BusMessage): BusMessage => ({ ...message }),
  queue: (waiting: Waiting[], added: Waiting[]): Waiting[] => [...waiting, ...added],
  take: (waiting: Waiting[], batchMax: number): Waiting[] => waiting.splice(0, batchMax),
  triesMax: 3,
  merges: (waiting: Waiting[], handling: Waiting[], message: BusMessage): boolean =>
    handling.length >= 0 && waiting.some((each) => each.message.key === message.key),
  bury: (dead: BusMessage[], message: BusMessage): void => {
    dead.push(message);
  },
  stop: (underWay: Promise<void>): Promise<void> => underWay,
};

function busWith(fault: Partial<typeof sound>): { adapter: BusUnderTest; close: () => Promise<void> } {
  const part = { ...sound, ...fault };
  const queues = new Map<Topic, Waiting[]>();
  const handling: Waiting[] = [];
  const dead: BusMessage[] = [];
  let closed = false;
  const wakes = new Set<() => void>();
  const waitingOf = (topic: Topic) => queues.get(topic) ?? [];
  const publish: Bus['publish'] = async (topic, messages) => {
    for (const message of messages) {
      if (topics[topic].coalesce && part.merges(waitingOf(topic), handling, message)) continue;
      queues.set(topic, part.queue(waitingOf(topic), [{ message: part.copy(message), tried: 0 }]));
    }
    for (const wake of wakes) wake();
  };
  const giveBack = (topic: Topic, batch: Waiting[]) => {
    for (const { message, tried } of batch) {
      if (tried + 1 >= part.triesMax) part.bury(dead, message);
      else queues.set(topic, [...waitingOf(topic), { message, tried: tried + 1 }]);
    }
  };
  const subscribe: Bus['subscribe'] = (topic, { batchMax }, handler) => {
    let stopped = false;
    let underWay = Promise.resolve();
    const work = async () => {
      while (!closed && !stopped && waitingOf(topic).length > 0) {
        await turn();
        const batch = part.take(waitingOf(topic), batchMax);
        handling.push(...batch);
        await handler(batch.map(({ message }) => message)).catch(() => giveBack(topic, batch));
        handling.splice(0);
      }
    };
    const wake = () => {
      underWay = underWay.then(work);
    };
    wakes.add(wake);
    wake();
    const stop = async () => {
      stopped = true;
      wakes.delete(wake);
      await part.stop(underWay);
    };
    return { stop };
  };
  const close = async () => {
    closed = true;
  };
  return { adapter: { bus: { publish, subscribe }, deadLetters: async () => dead }, close };
}

const brokenBy = (fault: Partial<typeof sound>) => brokenPromises(busContract, async () => busWith(fault));

test('a sound bus breaks no promise', async () => {
  assert.deepEqual(await brokenBy({}), []);
});

const inOrder = 'messages of a key come in the order they were published';
const planted: [name: string, promise: string, fault: Partial<typeof sound>][] = [
  ['shares its objects', 'a message comes to its topic as it was published', { copy: (message) => message }],
  ['drops the order of a key', inOrder, { queue: (waiting, added) => [...added, ...waiting] }],
  [
    'loses a message in ten',
    'no more messages come at once than asked for',
    {
      queue: (waiting, added) => (waiting.length === 9 ? waiting : [...waiting, ...added]),
    },
  ],
  [
    'hands over more than asked for',
    'no more messages come at once than asked for',
    { take: (waiting) => waiting.splice(0) },
  ],
  ['forgets what a handler threw on', 'messages that a handler threw on come again', { triesMax: 1 }],
  [
    'merges a hint with one being handled',
    'a hint that comes while one of its key is handled comes afterwards',
    {
      merges: (waiting, handling, message) =>
        [...waiting, ...handling].some((each) => each.message.key === message.key),
    },
  ],
  [
    'merges hints whatever their key',
    'of hints that nobody has received, each key has one left at least',
    { merges: (waiting) => waiting.length > 0 },
  ],
  [
    'stops without waiting',
    'stopping waits for what is under way, and what comes later waits for the next subscriber',
    { stop: async () => {} },
  ],
  [
    'tries for ever',
    'a message that is never handled rests among the dead letters, and the others go on',
    { triesMax: Number.POSITIVE_INFINITY },
  ],
  [
    'keeps no dead letters',
    'a message that is never handled rests among the dead letters, and the others go on',
    { bury: () => {} },
  ],
];

for (const [name, promise, fault] of planted) {
  test(`a bus that ${name} is found out`, async () => {
    assert.ok((await brokenBy(fault)).includes(promise));
  });
}
