import { unratedFeedbacks } from '@consulta/appointment/store/reviews';
import type { Log } from '@consulta/platform/process';
import { startChore, type WakeableLoop } from '@consulta/platform/work/chore';
import type pg from 'pg';

const minuteMs = 60_000;
const atOnceMax = 500;

/** Counts, every minute, feedback that was given a minute ago or earlier and is in no rating that was handed on. */
export function startSweep(deps: {
  pool: pg.Pool;
  count: (feedbackIds: string[]) => Promise<void>;
  log: Log;
}): WakeableLoop {
  const { pool, count, log } = deps;
  const work = async () => {
    const ids = await unratedFeedbacks(pool, { olderThanSeconds: minuteMs / 1_000, limit: atOnceMax });
    if (ids.length > 0) await count(ids);
    return ids.length === atOnceMax;
  };
  return startChore({ name: 'uncounted feedback', pool, everyMs: minuteMs, atStart: true, work, log });
}
