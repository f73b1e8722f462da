import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { createLog } from '../process/log.ts';
import { arriving } from '../testing/arriving.ts';
import { cacheContract } from '../testing/cache.contract.ts';
import { holdTo } from '../testing/contract.ts';
import { type CountersUnderTest, countersContract } from '../testing/counters.contract.ts';
import { fanoutContract } from '../testing/fanout.contract.ts';
import { redisGiven, redisMissing, startTestRedis } from '../testing/redis-server.ts';

import { openRedis } from './index.ts';

/*
 * Against Debian's redis-server, or the Redis at TEST_REDIS_URL, for whoever has one; names there begin with a word of
 * each check's own.
 */

const log = createLog('silent');
/** A busy machine is no absent Redis here. */
const commandMs = 10_000;

async function open(clock?: () => number) {
  const redis = openRedis(
    { url },
    { log, fallback: neverCounts, prefix: `test-${randomUUID()}:`, commandMs, ...(clock ? { clock } : {}) },
  );
  await arriving(redis.fanout);
  return redis;
}

/** What is counted here is counted by Redis. */
const neverCounts = {
  count: async () => {
    throw new Error('this was not counted by Redis');
  },
};

const server = redisGiven === undefined && !redisMissing ? await startTestRedis() : undefined;
const url = redisGiven ?? server?.url ?? '';
after(() => server?.close());

if (url === '') {
  test('cache, fan-out and counters by Redis', { skip: redisMissing }, () => {});
} else {
  holdTo('the cache by Redis', cacheContract, async () => {
    const { cache, close } = await open();
    return { adapter: cache, close: async () => close() };
  });

  holdTo('the fan-out by Redis', fanoutContract, async () => {
    const { fanout, close } = await open();
    return { adapter: fanout, close: async () => close() };
  });

  holdTo('the counters by Redis', countersContract, async () => {
    let nowMs = Date.UTC(2031, 2, 10, 12, 0, 5);
    const passMs = (ms: number) => {
      nowMs += ms;
    };
    const { counters, close } = await open(() => nowMs);
    return { adapter: { counters, passMs } satisfies CountersUnderTest, close: async () => close() };
  });
}
