import { idBeforeAll } from '@consulta/contracts';
import { isUnavailable } from '@consulta/platform/database';
import { forgetOldKeys } from '@consulta/platform/http';
import type { Log } from '@consulta/platform/process';
import { startChore } from '@consulta/platform/work';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Tables } from '../tables.ts';
import { listRollingSchedules } from './queries.ts';
import { rollSchedule } from './roll.ts';

const hourMs = 3_600_000;
const schedulesPerRound = 100;
type Deps = {
  pool: pg.Pool;
  db: Kysely<Tables>;
  log: Log;
  now: () => Temporal.Instant;
  slotsAheadDays: number;
  wake: () => void;
};

/** Keeps slots made ahead, some schedules a round, in one process every hour; also forgets old idempotency keys. */
export function startRollingWorker(deps: Deps): { stop: () => Promise<void> } {
  const work = async (signal: AbortSignal) => {
    let afterId: string | undefined = idBeforeAll;
    while (afterId !== undefined && !signal.aborted) afterId = await rollSome(deps, afterId);
    if (afterId === undefined) await forgetOldKeys(deps.db);
    return afterId !== undefined;
  };
  return startChore({ name: 'rolling schedules', pool: deps.pool, everyMs: hourMs, work, log: deps.log });
}

/** Rolls some schedules on, by id; answers the last of them, undefined when there are no more. */
async function rollSome(deps: Deps, afterId: string): Promise<string | undefined> {
  const planning = { now: deps.now(), slotsAheadDays: deps.slotsAheadDays };
  const schedules = await listRollingSchedules(deps.db, { ...planning, afterId, limit: schedulesPerRound });
  for (const schedule of schedules) {
    await rollSchedule(deps.db, schedule, planning).catch((error: unknown) => {
      if (isUnavailable(error)) throw error;
      deps.log.error({ err: error, scheduleId: schedule.id }, 'a schedule could not be rolled on');
    });
  }
  deps.wake();
  return schedules.length === schedulesPerRound ? schedules.at(-1)?.id : undefined;
}
