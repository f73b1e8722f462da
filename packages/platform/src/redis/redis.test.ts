import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { channels } from '@consulta/contracts';
import { Redis } from 'ioredis';
import { inProcessCounters } from '../embedded/in-process/counters.ts';
import { createPublicApp } from '../http/entrances.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { arriving } from '../testing/arriving.ts';
import { redisMissing, startTestRedis, type TestRedis } from '../testing/redis-server.ts';
import { openRedis } from './index.ts';

const log = createLog('silent');
const hourMs = 3_600_000;
const noon = Date.UTC(2031, 2, 10, 12, 0, 5);
const options = { skip: redisMissing, timeout: 60_000 };

/** One process's parts. */
function openProcess(url: string) {
  return openRedis({ url }, { log, fallback: inProcessCounters(() => noon), clock: () => noon });
}

/** Two processes on one Redis. */
async function openTwo(redis: TestRedis) {
  const both = [openProcess(redis.url), openProcess(redis.url)] as const;
  await Promise.all(both.map(({ fanout }) => arriving(fanout)));
  const close = async () => {
    for (const each of both) each.close();
    await redis.close();
  };
  return { both, close };
}

/** How long something took, in milliseconds. */
async function msOf(work: Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work;
  return performance.now() - startedMs;
}

test('while Redis stands still nothing waits for it, and all is well when it goes on', options, async (t) => {
  const redis = await startTestRedis();
  const { both, close } = await openTwo(redis);
  t.after(close);
  const [{ cache, counters, fanout }, other] = both;
  await cache.setMany([['slot', 1]], hourMs);
  assert.equal((await counters.count('ana')).count, 1);
  let looks = 0;
  other.fanout.onLost(() => {
    looks += 1;
  });

  redis.pause();
  assert.deepEqual(await cache.getMany(['slot']), [undefined]);
  assert.equal((await counters.count('ana')).count, 1);
  await cache.setMany([['other', 2]], hourMs);
  // Each that waited would take a tenth of a second.
  const hundred = async () => {
    for (let asked = 0; asked < 100; asked += 1) await counters.count('ana');
  };
  assert.ok((await msOf(hundred())) < 5_000);
  assert.equal((await counters.count('ana')).count, 102);
  await arriving(other.fanout, false);
  fanout.publish(channels.appointmentsDecided, [randomUUIDv7()]);
  const before = looks;
  while (looks < before + 2) await sleep(10);

  redis.resume();
  await Promise.all(both.map((each) => arriving(each.fanout)));
  await untilHeard(fanout, other.fanout);
  while ((await cache.getMany(['slot']))[0] !== 1) await sleep(50);
  assert.ok((await counters.count('bia')).count >= 1);
  assert.equal((await other.counters.count('bia')).count, 2);
});

test('after a Redis that was killed starts again, all is well by itself', options, async (t) => {
  const redis = await startTestRedis();
  const { both, close } = await openTwo(redis);
  t.after(close);
  const [{ cache, counters, fanout }, other] = both;
  await redis.kill();
  assert.deepEqual(await cache.getMany(['slot']), [undefined]);
  assert.equal((await counters.count('ana')).count, 1);
  await arriving(other.fanout, false);
  let looks = 0;
  other.fanout.onLost(() => {
    looks += 1;
  });
  await redis.start();
  await Promise.all(both.map((each) => arriving(each.fanout)));
  assert.ok(looks > 0, 'listeners are told to read again');
  await untilHeard(fanout, other.fanout);
  const shared = async () => {
    await cache.setMany([['slot', 1]], hourMs);
    return (await other.cache.getMany(['slot']))[0];
  };
  while ((await shared()) !== 1) await sleep(50);
});

test('a process that starts before Redis does finds it when it comes', options, async (t) => {
  const redis = await startTestRedis();
  await redis.kill();
  const early = openProcess(redis.url);
  t.after(async () => {
    early.close();
    await redis.close();
  });
  assert.deepEqual(await early.cache.getMany(['slot']), [undefined]);
  assert.equal((await early.counters.count('ana')).count, 1);
  await redis.start();
  await arriving(early.fanout);
});

test(
  'what one process could not tell makes the others look, though they noticed nothing',
  options,
  async (t) => {
    const redis = await startTestRedis();
    const { both, close } = await openTwo(redis);
    const admin = new Redis(redis.url);
    t.after(async () => {
      admin.disconnect();
      await close();
    });
    const [{ fanout }, other] = both;
    const told = new Promise<void>((resolve) => {
      other.fanout.onLost(resolve);
    });
    // Only who publishes is cut off.
    const clients = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'normal'));
    for (const [, id] of clients.matchAll(/^id=(\d+)/gm)) {
      if (Number(id) !== (await admin.client('ID'))) await admin.client('KILL', 'ID', Number(id));
    }
    while (!fanout.isAway()) {
      fanout.publish(channels.appointmentsDecided, [randomUUIDv7()]);
      if (await Promise.race([told.then(() => true), sleep(1).then(() => false)])) return;
    }
    await told;
  },
);

test('a server that became a replica is left for whatever its name leads to now', options, async (t) => {
  const redis = await startTestRedis();
  const { both, close } = await openTwo(redis);
  const admin = new Redis(redis.url);
  t.after(async () => {
    admin.disconnect();
    await close();
  });
  const [{ counters }] = both;
  const connections = async () =>
    Number(/total_connections_received:(\d+)/.exec(await admin.info('stats'))?.[1]);
  const before = await connections();
  await admin.replicaof('127.0.0.1', 9);
  assert.equal((await counters.count('ana')).count, 1);
  while ((await connections()) === before) await sleep(20);
  await admin.replicaof('NO', 'ONE');
  const shared = async () => {
    const { count } = await counters.count('ana');
    return (await both[1].counters.count('ana')).count === count + 1;
  };
  while (!(await shared())) await sleep(50);
});

test('a password and a user are asked for, and a wrong one opens nothing', options, async (t) => {
  const redis = await startTestRedis(['--requirepass', 'a secret']);
  const open = (password: string | undefined) =>
    openRedis({ url: redis.url, password }, { log, fallback: inProcessCounters(() => noon) });
  const [right, wrong, none] = [open('a secret'), open('a guess'), open(undefined)];
  t.after(async () => {
    for (const each of [right, wrong, none]) each.close();
    await redis.close();
  });
  await arriving(right.fanout);
  await right.cache.setMany([['slot', 1]], hourMs);
  assert.deepEqual(await right.cache.getMany(['slot']), [1]);
  for (const shut of [wrong, none]) {
    assert.deepEqual(await shut.cache.getMany(['slot']), [undefined]);
    assert.ok(shut.fanout.isAway());
  }
});

test('a limit holds over two replicas together', options, async (t) => {
  const redis = await startTestRedis();
  const { both, close } = await openTwo(redis);
  t.after(close);
  const caller = { role: 'patient' as const, sessionId: randomUUIDv7(), issuedAt: 0, expiresAt: 2 ** 40 };
  const verifyToken = async (userId: string) => ({ ...caller, userId });
  const replicas = await Promise.all(
    both.map(async ({ counters }) => {
      const app = await createPublicApp({ log, metrics: createMetrics(), verifyToken, counters });
      const config = { permission: 'account:read-own', perMinute: 10 } as const;
      app.get('/own', { config }, async () => ({}));
      return app;
    }),
  );
  const ana = randomUUIDv7();
  const get = (index: number, userId: string) =>
    replicas[index % 2]?.inject({ url: '/own', headers: { authorization: `Bearer ${userId}` } });
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => get(index, ana)));
  const statuses = answers.map((answer) => answer?.statusCode);
  assert.equal(statuses.filter((status) => status === 200).length, 10);
  assert.equal(statuses.filter((status) => status === 429).length, 20);
  assert.equal((await get(0, randomUUIDv7()))?.statusCode, 200);
});

test('no key holds what it was made of, and every key has an end', options, async (t) => {
  const redis = await startTestRedis();
  const { both, close } = await openTwo(redis);
  const admin = new Redis(redis.url);
  t.after(async () => {
    admin.disconnect();
    await close();
  });
  const [{ cache, counters }] = both;
  await cache.setMany([['doctor-search Benedita', ['a doctor']]], hourMs);
  await counters.count('GET /own 192.0.2.77');
  const keys = await admin.keys('*');
  assert.equal(keys.length, 2);
  for (const key of keys) {
    assert.doesNotMatch(key, /Benedita|192\.0\.2/);
    assert.ok((await admin.pttl(key)) > 0, key);
  }
});

type Processes = ReturnType<typeof openProcess>;

/** Tells something until it is heard: the first attempts may be refused while it was not known that all is well. */
async function untilHeard(from: Processes['fanout'], by: Processes['fanout']): Promise<void> {
  const heard = new Promise<string[]>((resolve) => {
    by.subscribe(channels.appointmentsDecided, resolve);
  });
  const ids = [randomUUIDv7()];
  for (;;) {
    from.publish(channels.appointmentsDecided, ids);
    const done = await Promise.race([heard, sleep(50)]);
    if (done) return assert.deepEqual(done, ids);
  }
}
