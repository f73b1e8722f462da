import { serveTasks } from '@consulta/platform/work/worker';
import { type OtherSchedule, overlapsAhead } from './overlaps.ts';

export type OverlapTask = {
  /** Starts and ends of the slots in question, in turn. */
  times: Float64Array;
  others: OtherSchedule[];
  max: number;
};

/* A worker that compares slots with those that many other schedules will make. */
serveTasks<OverlapTask>(({ times, others, max }) => {
  const slots = Array.from({ length: times.length / 2 }, (_, i) => ({
    startsAtMs: times[2 * i] ?? 0,
    endsAtMs: times[2 * i + 1] ?? 0,
  }));
  return overlapsAhead(slots, others, max);
});
