import type { ScheduleInput } from '@consulta/contracts';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { readDoctorsSlots, readSlotsByNoWeek } from './doctors-slots.ts';
import { daysOf, type SlotTimes, slotsAround } from './expansion.ts';
import { type Conflict, overlapping, overlapsOf } from './overlaps.ts';
import { readOtherWeeklySchedules } from './queries.ts';
import type { PlannedSchedule } from './rules.ts';
import { dayMs } from './zone-clock.ts';

type Search = { exceptId: string | undefined; now: Temporal.Instant; max: number };

/**
 * What a schedule, active or about to be, would overlap: the doctor's slots and, however far ahead, those that their
 * other weekly schedules will have; in order, `max` at most.
 */
export async function findConflicts(
  db: Kysely<Tables>,
  doctorId: string,
  plan: PlannedSchedule,
  search: Search,
): Promise<Conflict[]> {
  const made = await overlappedSlots(db, doctorId, plan, search);
  const known = new Set(made.map(keyOf));
  const ahead = await findConflictsAhead(db, doctorId, plan, search);
  return inOrder([...made, ...ahead.filter((slot) => !known.has(keyOf(slot)))], search.max);
}

/**
 * The same without the slots at the times of those planned now: whoever makes the planned ones is told of these by
 * the table itself.
 */
export async function findConflictsAhead(
  db: Kysely<Tables>,
  doctorId: string,
  plan: PlannedSchedule,
  search: Search,
): Promise<Conflict[]> {
  const found = await overlappedSlotsBeyond(db, doctorId, plan, search);
  const fromMs = search.now.epochMilliseconds;
  for (const { id, schedule } of await readOtherWeeklySchedules(db, doctorId, search)) {
    const overlaps = overlapsOf(plan.schedule, schedule, { fromMs, max: search.max });
    found.push(...overlaps.map((slot) => ({ ...slot, scheduleId: id })));
    if (found.length >= search.max) break;
    // Each takes a millisecond where clocks change often; then others have their turn.
    await new Promise(setImmediate);
  }
  return inOrder(found, search.max);
}

async function overlappedSlots(
  db: Kysely<Tables>,
  doctorId: string,
  { slots }: PlannedSchedule,
  { exceptId, now, max }: Search,
): Promise<Conflict[]> {
  const future = slots.filter(({ startsAtMs }) => startsAtMs > now.epochMilliseconds);
  const [first, last] = [future[0], future.at(-1)];
  if (!first || !last) return [];
  const span = { startsAtMs: first.startsAtMs, endsAtMs: last.endsAtMs };
  const found: Conflict[] = [];
  for await (const made of readDoctorsSlots(db, doctorId, { span, exceptId })) {
    found.push(...overlapping(future, made));
    if (found.length >= max) break;
  }
  return found;
}

/** Slots that no weekly schedule describes, such as those of a date, and that a weekly one will come to. */
async function overlappedSlotsBeyond(
  db: Kysely<Tables>,
  doctorId: string,
  { schedule, materializedUntil }: PlannedSchedule,
  { exceptId, max }: Search,
): Promise<Conflict[]> {
  if (schedule.kind === 'date') return [];
  const span = spanBeyond(schedule, materializedUntil);
  const found: Conflict[] = [];
  for await (const made of readSlotsByNoWeek(db, doctorId, { span, exceptId })) {
    found.push(...overlapping(slotsAround(schedule, made), made));
    if (found.length >= max) break;
  }
  return found;
}

const spanBeyond = (schedule: ScheduleInput, from: Temporal.PlainDate): SlotTimes => ({
  startsAtMs: from.toZonedDateTime(schedule.timeZone).epochMilliseconds,
  endsAtMs: (daysOf(schedule).last + 3) * dayMs,
});

const keyOf = ({ scheduleId, startsAtMs }: Conflict) => `${scheduleId} ${startsAtMs}`;

const inOrder = (found: Conflict[], max: number) =>
  found.sort((a, b) => a.startsAtMs - b.startsAtMs).slice(0, max);
