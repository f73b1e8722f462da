import type { StopSequence } from '@consulta/platform/hosting';
import { freePort, type Log } from '@consulta/platform/process';
import { type Kept, type Program, stopAll } from '../processes/keep-up.ts';
import { type Databases, openDatabases } from './databases.ts';
import { type Queues, startFauxqs } from './fauxqs.ts';
import { redisAt } from './redis.ts';

export type Engines = { databases: Databases; redisUrl: string; queues: Queues };

/**
 * Starts what all services stand on: PostgreSQL, Redis, and an emulator of SNS and SQS; `stops` learns how they end.
 *
 * @param redisServer the path of the program.
 */
export async function startEngines(options: {
  dataFolder: string;
  redisServer: string;
  keep: (program: Program) => Kept;
  log: Log;
  stops: StopSequence;
}): Promise<Engines> {
  const { dataFolder, redisServer, keep, stops } = options;
  const databases = await openDatabases(options);
  const redis = redisAt(redisServer, await freePort());
  const kept = [keep(redis.program)];
  stops.add('engines', 600, () => stopAll(kept, 500));
  const queues = await startFauxqs(dataFolder, (program) => kept.push(keep(program)));
  return { databases, redisUrl: redis.url, queues };
}
