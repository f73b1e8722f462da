import type { StopSequence } from '@consulta/platform/hosting';
import { freePort, type Log } from '@consulta/platform/process';
import { type Kept, type Program, stopAll } from '../processes/keep-up.ts';
import { type Databases, openDatabases } from './databases.ts';
import { redisAt } from './redis.ts';

export type Engines = { databases: Databases; redisUrl: string };

/** Starts what all services stand on: PostgreSQL, and a Redis at the path given; `stops` learns how they end. */
export async function startEngines(options: {
  dataFolder: string;
  redisServer: string;
  keep: (program: Program) => Kept;
  log: Log;
  stops: StopSequence;
}): Promise<Engines> {
  const { redisServer, keep, stops } = options;
  const databases = await openDatabases(options);
  const redis = redisAt(redisServer, await freePort());
  const kept = [keep(redis.program)];
  stops.add('engines', 600, () => stopAll(kept, 500));
  return { databases, redisUrl: redis.url };
}
