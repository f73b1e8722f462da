import type { ScheduleInput } from '@consulta/contracts';
import { expandSchedule, isBefore, localDate, type SlotTimes, slotsAtMost } from './expansion.ts';

/** Another schedule of the doctor, and the local date up to which, exclusively, its slots are rows. */
export type OtherSchedule = { id: string; schedule: ScheduleInput; materializedUntil: string };
export type Conflict = SlotTimes & { scheduleId: string };

/**
 * The slots that other weekly schedules will make, beyond the date up to which they are rows already, and that
 * overlap these; at most `max`. Those that are rows the database compares.
 */
export function overlapsAhead(slots: SlotTimes[], others: OtherSchedule[], max: number): Conflict[] {
  const found: Conflict[] = [];
  for (const other of others) {
    const ahead = aheadOf(other, slots);
    if (!ahead) continue;
    const coming = expandSchedule(other.schedule, ahead);
    const unmade = coming.filter(({ startsAtMs }) => startsAtMs >= ahead.madeUntilMs);
    found.push(
      ...overlapping(slots, unmade)
        .slice(0, max)
        .map((slot) => ({ ...slot, scheduleId: other.id })),
    );
    if (found.length >= max) break;
  }
  return found.slice(0, max);
}

/** How many slots `overlapsAhead` makes at most, told without making any. */
export function slotsToCompare(slots: SlotTimes[], others: OtherSchedule[]): number {
  let count = 0;
  for (const other of others) {
    const ahead = aheadOf(other, slots);
    if (ahead) count += slotsAtMost(other.schedule, ahead);
  }
  return count;
}

/** The part of another schedule that is not made yet and may meet these slots; undefined without one. */
function aheadOf({ schedule, materializedUntil }: OtherSchedule, slots: SlotTimes[]) {
  const first = slots[0];
  const last = slots.at(-1);
  if (!first || !last) return undefined;
  const until = localDate(last.endsAtMs, schedule.timeZone).add({ days: 1 });
  const madeUntil = Temporal.PlainDate.from(materializedUntil);
  if (!isBefore(madeUntil, until)) return undefined;
  const madeUntilMs = madeUntil.toZonedDateTime(schedule.timeZone).epochMilliseconds;
  return { fromMs: Math.max(first.startsAtMs, madeUntilMs), until, madeUntilMs };
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
