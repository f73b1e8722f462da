import { idBeforeAll } from '@consulta/contracts';
import { isUnavailable } from '@consulta/platform/database';
import { forgetOldKeys } from '@consulta/platform/http';
import type { Log } from '@consulta/platform/process';
import { wakeableLoop } from '@consulta/platform/work';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { listRollingSchedules } from './queries.ts';
import { rollSchedule } from './roll.ts';

const hourMs = 3_600_000;
const schedulesPerRound = 100;
type Deps = {
  db: Kysely<Tables>;
  log: Log;
  now: () => Temporal.Instant;
  slotsAheadDays: number;
  wake: () => void;
};

/** Keeps slots made ahead, now and every hour, some schedules a round; also forgets old idempotency keys. */
export function startRollingWorker(deps: Deps): { stop: () => Promise<void> } {
  let afterId = idBeforeAll;
  const round = async () => {
    const planning = { now: deps.now(), slotsAheadDays: deps.slotsAheadDays };
    const schedules = await listRollingSchedules(deps.db, { ...planning, afterId, limit: schedulesPerRound });
    for (const schedule of schedules) {
      await rollSchedule(deps.db, schedule, planning).catch((error: unknown) => {
        if (isUnavailable(error)) throw error;
        deps.log.error({ err: error, scheduleId: schedule.id }, 'a schedule could not be rolled on');
      });
    }
    deps.wake();
    const last = schedules.length === schedulesPerRound ? schedules.at(-1) : undefined;
    afterId = last?.id ?? idBeforeAll;
    if (!last) await forgetOldKeys(deps.db);
    return last !== undefined;
  };
  return wakeableLoop({ name: 'rolling schedules', idleMs: hourMs, round, log: deps.log });
}
