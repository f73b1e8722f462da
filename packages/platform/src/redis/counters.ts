import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type Counters, windowMs } from '../http/counters.ts';
import type { Patience } from './patience.ts';

/** Counts and, the first time, sets the end in one step: a key without an end would stay for ever. */
const countScript = `local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

/**
 * Counters that processes share. While Redis is away each process counts for itself. Keys go in hashed and for two
 * minutes, since they hold people's ids and addresses.
 *
 * @param options `clock` is the time in milliseconds since 1970.
 */
export function redisCounters(options: {
  client: Redis;
  attempt: Patience;
  prefix: string;
  fallback: Counters;
  clock?: () => number;
}): Counters {
  const { client, attempt, prefix, fallback, clock = Date.now } = options;
  return {
    count: async (key) => {
      const nowMs = clock();
      const minute = Math.floor(nowMs / windowMs);
      const counter = `${prefix}count:${hash('sha256', `${minute} ${key}`, 'base64url')}`;
      try {
        const counted = await attempt(() => client.eval(countScript, 1, counter, 2 * windowMs));
        return { count: Number(counted), leftMs: (minute + 1) * windowMs - nowMs };
      } catch {
        return fallback.count(key);
      }
    },
  };
}
