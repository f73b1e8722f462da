import { readFileSync } from 'node:fs';
import { channels } from '@consulta/contracts';
import { advisoryLocks, inPlainTransaction } from '@consulta/platform/database';
import type { Fanout } from '@consulta/platform/messaging';
import type { Log, Metrics } from '@consulta/platform/process';
import { type WakeableLoop, wakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { liveEventSeconds } from '../metrics.ts';

const sequenceSql = readFileSync(new URL('sequence.sql', import.meta.url), 'utf8');
const batchMax = 5000;

/** Numbers pending events and announces them. Any number of processes may run it; one at a time works. */
export function startSequencer(deps: {
  pool: pg.Pool;
  fanout: Fanout;
  log: Log;
  metrics: Metrics;
}): WakeableLoop {
  const seconds = deps.metrics.histogram(liveEventSeconds);
  const round = async () => {
    const waited = await sequence(deps.pool);
    if (waited.length > 0) deps.fanout.publish(channels.eventsNumbered, null);
    for (const each of waited) seconds.observe(Math.max(0, each));
    return waited.length === batchMax;
  };
  const loop = wakeableLoop({
    name: 'event sequencer',
    idleMs: 250,
    spacingMs: 50,
    round,
    log: deps.log,
  });
  const unsubscribe = deps.fanout.subscribe(channels.eventsPending, loop.wake);
  const stop = () => {
    unsubscribe();
    return loop.stop();
  };
  return { wake: loop.wake, stop };
}

/** Answers how long each event that it numbered has waited, in seconds. */
const sequence = (pool: pg.Pool): Promise<number[]> =>
  inPlainTransaction(pool, async (client) => {
    const lock = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [
      advisoryLocks.eventSequence,
    ]);
    if (!lock.rows[0]?.got) return [];
    const { rows } = await client.query<{ waited: number[] }>({
      name: 'event_sequence',
      text: sequenceSql,
      values: [batchMax],
    });
    return rows[0]?.waited ?? [];
  });

const forgetSql = `WITH forgotten AS (
    DELETE FROM event_stream WHERE at < now() - interval '24 hours' RETURNING stream_id)
  UPDATE event_stream_floor SET stream_id = GREATEST(stream_id, (SELECT max(stream_id) FROM forgotten))
  WHERE EXISTS (SELECT FROM forgotten)`;

/** Forgets events older than a day and remembers up to which one. */
export const forgetOldEvents = (pool: pg.Pool) => pool.query(forgetSql);
