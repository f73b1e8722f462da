import type { Cache } from '../caching/cache.ts';
import { inProcessCache, inProcessCounters, inProcessFanout } from '../embedded/in-process/index.ts';
import type { StopSequence } from '../hosting/stop-sequence.ts';
import type { Counters } from '../http/counters.ts';
import type { Fanout } from '../messaging/fanout.ts';
import type { Log } from '../process/log.ts';
import type { RedisConfig } from '../redis/config.ts';

/** What the processes of a service have in common where there is a Redis; without one each stands by itself. */
export type Shared = { cache: Cache; fanout: Fanout; counters: Counters };

/** Opens what the configuration chose. It waits for nothing, and only what is chosen is loaded. */
export async function openShared(
  redis: RedisConfig | undefined,
  { log, stops }: { log: Log; stops: StopSequence },
): Promise<Shared> {
  if (!redis) return { cache: inProcessCache(), fanout: inProcessFanout(log), counters: inProcessCounters() };
  const { openRedis } = await import('../redis/index.ts');
  const { close, ...shared } = openRedis(redis, { log, fallback: inProcessCounters() });
  stops.add('connections to Redis', 100, async () => close());
  return shared;
}
