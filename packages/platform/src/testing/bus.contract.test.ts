import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Topic, topics } from '@consulta/contracts';
import { allTaken, type Bus, type BusMessage } from '../messaging/bus.ts';
import { type HandedOver, handOver } from '../messaging/hand-over.ts';
import { type BusUnderTest, busContract, triesMax } from './bus.contract.ts';
import { brokenPromises } from './contract.ts';

type Waiting = { message: BusMessage; tried: number };
type Handler = (messages: BusMessage[]) => Promise<void>;

/** A bus in memory, to have faults planted: each named part is what a sound bus does there. */
const sound = {
  copy: (message: BusMessage): BusMessage => ({ ...message }),
  queue: (waiting: Waiting[], added: Waiting[]): Waiting[] => [...waiting, ...added],
  take: (waiting: Waiting[], batchMax: number): Waiting[] => waiting.splice(0, batchMax),
  handOver: (messages: BusMessage[], handler: Handler): Promise<HandedOver<BusMessage>> =>
    handOver(messages, handler),
  triesMax,
  triesOfOutage: 0,
  redrive: (dead: BusMessage[]): BusMessage[] => dead.splice(0),
  restart: (waiting: Map<Topic, Waiting[]>): Map<Topic, Waiting[]> => waiting,
  merges: (waiting: Waiting[], handling: Waiting[], message: BusMessage): boolean =>
    handling.length >= 0 && waiting.some((each) => each.message.key === message.key),
  bury: (dead: BusMessage[], message: BusMessage): void => {
    dead.push(message);
  },
  stop: (underWay: Promise<void>): Promise<void> => underWay,
};

function busWith(fault: Partial<typeof sound>): { adapter: BusUnderTest; close: () => Promise<void> } {
  const part = { ...sound, ...fault };
  let queues = new Map<Topic, Waiting[]>();
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
    return allTaken;
  };
  const giveBack = (topic: Topic, batch: Waiting[], tries: number) => {
    for (const { message, tried } of batch) {
      if (tried + tries >= part.triesMax) part.bury(dead, message);
      else queues.set(topic, [...waitingOf(topic), { message, tried: tried + tries }]);
    }
  };
  const handle = async (topic: Topic, batch: Waiting[], handler: Handler) => {
    const messages = batch.map(({ message }) => message);
    const { bad, later } = await part.handOver(messages, handler);
    const of = (some: BusMessage[]) => batch.filter(({ message }) => some.includes(message));
    giveBack(topic, of(bad), 1);
    giveBack(topic, of(later), part.triesOfOutage);
  };
  const subscribe: Bus['subscribe'] = (topic, { batchMax }, handler) => {
    let stopped = false;
    let underWay = Promise.resolve();
    const work = async () => {
      while (!closed && !stopped && waitingOf(topic).length > 0) {
        await turn();
        const batch = part.take(waitingOf(topic), batchMax);
        handling.push(...batch);
        await handle(topic, batch, handler);
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
  const redrive = async (topic: Topic) => {
    const back = part.redrive(dead);
    await publish(topic, back);
    return back.length;
  };
  const restartEngine = async () => {
    queues = part.restart(queues);
  };
  const bus = { publish, subscribe, redrive };
  return { adapter: { bus, deadLetters: async () => [...dead], restartEngine }, close };
}

const brokenBy = (fault: Partial<typeof sound>) => brokenPromises(busContract, async () => busWith(fault));

test('a sound bus breaks no promise', async () => {
  assert.deepEqual(await brokenBy({}), []);
});

const inOrder = 'hints of a key come in the order they were published';
const hundred =
  'a bad message among a hundred good ones: these are handled once, it is buried and comes back when it is told to';
/** As one that fails a batch as a whole. */
const allOrNothing: typeof sound.handOver = async (messages, handler) => {
  const failed = await handler(messages).then(
    () => false,
    () => true,
  );
  return { done: failed ? [] : messages, bad: failed ? messages : [], later: [] };
};
const planted: [name: string, promise: string, fault: Partial<typeof sound>][] = [
  ['shares its objects', 'a message comes to its topic as it was published', { copy: (message) => message }],
  [
    'drops the order of a key',
    inOrder,
    { merges: () => false, queue: (waiting, added) => [...added, ...waiting] },
  ],
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
    'hands out ten at a time',
    'more come at once than an engine hands out at once, where more are asked for',
    { take: (waiting, batchMax) => waiting.splice(0, Math.min(10, batchMax)) },
  ],
  ['lets a bad message fail its neighbours', hundred, { handOver: allOrNothing }],
  ['gives no dead letter back', hundred, { redrive: () => [] }],
  [
    'counts tries while something is away',
    'while something that handlers need is away, messages wait and none is buried',
    { triesOfOutage: 1 },
  ],
  [
    'forgets everything in a restart',
    'messages outlive a restart of the engine, and whoever receives goes on',
    { restart: () => new Map() },
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
