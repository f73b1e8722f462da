import { idBeforeAll } from '@consulta/contracts';
import { sqlFile } from '@consulta/platform/database';
import type { Log } from '@consulta/platform/process';
import { startChore } from '@consulta/platform/work';
import type pg from 'pg';

const deleteWithdrawnSql = sqlFile('./delete-withdrawn.sql', import.meta.url);
const minuteMs = 60_000;
const slotsPerRound = 2_000;

type Place = { withdrawn_at: string; id: string };
const beginning: Place = { withdrawn_at: '-infinity', id: idBeforeAll };

/**
 * Deletes withdrawn slots that no appointment ever had, an hour after they were withdrawn. Until then whoever asks for
 * one is told so; a request not decided by then is still refused as `slot_withdrawn`, as every unknown slot is.
 * Slots that an appointment had stay, and a process looks at each of them once. One process at a time does this.
 */
export function startWithdrawnWorker({ pool, log }: { pool: pg.Pool; log: Log }): {
  stop: () => Promise<void>;
} {
  let place = beginning;
  const work = async () => {
    const last = await deleteWithdrawn(pool, place, slotsPerRound);
    if (last) place = last;
    return last !== undefined;
  };
  return startChore({ name: 'withdrawn slots', pool, everyMs: minuteMs, work, log });
}

/** Does one round after a place; answers the place where the next goes on, undefined when there was nothing. */
export async function deleteWithdrawn(
  pool: pg.Pool,
  after: Place = beginning,
  limit: number = slotsPerRound,
): Promise<Place | undefined> {
  const { rows } = await pool.query<Place>({
    ...deleteWithdrawnSql,
    values: [after.withdrawn_at, after.id, limit],
  });
  return rows[0];
}
