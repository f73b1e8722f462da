import { requestLimits } from '../database/connection.ts';
import { type DatabasePlace, openPool } from '../database/pool.ts';
import { openPgBossBus } from '../embedded/pg-boss-bus.ts';
import type { StopSequence } from '../hosting/stop-sequence.ts';
import type { OpenedBus } from '../messaging/bus.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metrics.ts';

/** The queue's own statements make and tend its tables beside carrying messages. */
const limits = { ...requestLimits, statementMs: 30_000 };

/** Opens the queues that pg-boss keeps in a database. */
export async function openPgBossDatabase(
  place: DatabasePlace,
  { log, metrics, stops }: { log: Log; metrics: Metrics; stops: StopSequence },
): Promise<OpenedBus> {
  const onError = (error: Error) => log.error({ err: error }, 'a connection to the queues broke');
  const pool = openPool({ ...place, name: 'bus', connectionsMax: 5, limits, onError });
  try {
    const bus = await openPgBossBus({ pool, log, metrics, alone: false });
    stops.add('connections to the queues', 300, () => pool.end());
    stops.add('queues', 400, bus.close);
    return bus;
  } catch (error) {
    await pool.end();
    throw error;
  }
}
