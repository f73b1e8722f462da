import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { TaskFailed, workerPool } from '@consulta/platform/work/worker-pool';
import type { SlotTimes } from './expansion.ts';
import type { OverlapTask } from './overlap-worker.ts';
import { type Conflict, type OtherSchedule, overlapsAhead, slotsToCompare } from './overlaps.ts';

/**
 * Up to so many slots are made and compared on the spot: that takes some 10 ms, less than handing them over. More
 * come together only where a doctor has several schedules of the largest size far ahead.
 */
const comparedHereMax = 30_000;

export type FindOverlapsAhead = (
  slots: SlotTimes[],
  others: OtherSchedule[],
  max: number,
) => Promise<Conflict[]>;

/** Finds what `overlapsAhead` finds, in a process of its own where it is much work. Throws 503 where it is too much. */
export function overlapFinder(log: Log): { find: FindOverlapsAhead; close: () => Promise<void> } {
  const pool = workerPool<OverlapTask, Conflict[]>({
    module: new URL('overlap-worker.ts', import.meta.url),
    workersMax: 1,
    waitingMax: 50,
    timeMs: 10_000,
    memoryMb: 300,
    log,
  });
  const find: FindOverlapsAhead = async (slots, others, max) => {
    if (slotsToCompare(slots, others) <= comparedHereMax) return overlapsAhead(slots, others, max);
    const times = Float64Array.from(slots.flatMap(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]));
    try {
      return await pool.run({ times, others, max });
    } catch (error) {
      if (error instanceof TaskFailed) throw problem('unavailable', details.schedulesNotCompared);
      throw error;
    }
  };
  return { find, close: pool.close };
}
