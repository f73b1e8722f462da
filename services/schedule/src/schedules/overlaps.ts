import type { ScheduleInput } from '@consulta/contracts';
import { expandSchedule, isBefore, localDate, type SlotTimes } from './expansion.ts';

/** Another schedule of the doctor, and the local date up to which, exclusively, its slots are rows. */
export type OtherSchedule = { id: string; schedule: ScheduleInput; materializedUntil: Temporal.PlainDate };
export type Conflict = SlotTimes & { scheduleId: string };

/**
 * The slots that other weekly schedules will make, beyond the date up to which they are rows already, and that
 * overlap these. Those that are rows the database compares.
 */
export function overlapsAhead(slots: SlotTimes[], others: OtherSchedule[]): Conflict[] {
  const first = slots[0];
  const last = slots.at(-1);
  if (!first || !last) return [];
  return others.flatMap(({ id, schedule, materializedUntil }) => {
    const until = localDate(last.endsAtMs, schedule.timeZone).add({ days: 1 });
    if (!isBefore(materializedUntil, until)) return [];
    const madeUntilMs = materializedUntil.toZonedDateTime(schedule.timeZone).epochMilliseconds;
    const fromMs = Math.max(first.startsAtMs, madeUntilMs);
    const coming = expandSchedule(schedule, { fromMs, until });
    const unmade = coming.filter(({ startsAtMs }) => startsAtMs >= madeUntilMs);
    return overlapping(slots, unmade).map((slot) => ({ ...slot, scheduleId: id }));
  });
}

/** Those of `candidates` that overlap any of `slots`; both are in order and without overlap of their own. */
export function overlapping<T extends SlotTimes>(slots: SlotTimes[], candidates: T[]): T[] {
  let next = 0;
  return candidates.filter((candidate) => {
    while ((slots[next]?.endsAtMs ?? Number.POSITIVE_INFINITY) <= candidate.startsAtMs) next += 1;
    const slot = slots[next];
    return slot !== undefined && slot.startsAtMs < candidate.endsAtMs;
  });
}
