import type { Cache } from '../caching/cache.ts';
import type { Counters } from '../http/counters.ts';
import type { Log } from '../process/log.ts';
import { redisCache } from './cache.ts';
import type { RedisConfig } from './config.ts';
import { connectRedis } from './connection.ts';
import { redisCounters } from './counters.ts';
import { type RedisFanout, redisFanout } from './fanout.ts';
import { patience } from './patience.ts';

export type SharedByRedis = {
  cache: Cache;
  fanout: RedisFanout;
  counters: Counters;
  close: () => void;
};

/**
 * What processes share by way of a Redis. It answers at once: Redis may come later, go and come back, and nothing waits
 * for it or is lost with it, since none of this is the truth about anything.
 *
 * @param options `fallback` counts while Redis is away; `prefix` begins the names of all keys and channels; `clock`
 * counters go by, in milliseconds since 1970; `commandMs` is what one command may take (100).
 */
export function openRedis(
  config: RedisConfig,
  options: { log: Log; fallback: Counters; prefix?: string; clock?: () => number; commandMs?: number },
): SharedByRedis {
  const { log, fallback, prefix = 'consulta:', clock, commandMs } = options;
  const connect = (use: string) =>
    connectRedis(config, (error) => log.debug({ err: error, use }, 'no connection to Redis'), commandMs);
  const [commands, subscriber] = [connect('commands'), connect('subscriber')];
  const attempt = patience();
  const fanout = redisFanout({ commands, subscriber, attempt, prefix, log });
  return {
    cache: redisCache(commands, attempt, prefix),
    fanout,
    counters: redisCounters({ client: commands, attempt, prefix, fallback, ...(clock ? { clock } : {}) }),
    close: () => {
      fanout.stop();
      for (const client of [commands, subscriber]) client.disconnect();
    },
  };
}
