import type { ScheduleInput, SchedulePreview } from '@consulta/contracts';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import type { Planning } from './commands.ts';
import type { SlotTimes } from './expansion.ts';
import { type Conflict, overlapping, overlapsAhead } from './overlaps.ts';
import { readDoctorsSlots, readOtherWeeklySchedules } from './queries.ts';
import { planSchedule } from './rules.ts';

const conflictsMax = 100;

/** The slots that a schedule would make now, and the doctor's slots in their way. Throws 400 as creating does. */
export async function previewSchedule(
  db: Kysely<Tables>,
  doctorId: string,
  input: ScheduleInput,
  planning: Planning,
): Promise<SchedulePreview> {
  const nowMs = planning.now.epochMilliseconds;
  const plan = planSchedule(input, { ...planning, nowMs });
  const slots = plan.slots.filter(({ startsAtMs }) => startsAtMs > nowMs);
  const conflicts = await findConflicts(db, doctorId, slots);
  return {
    slots: slots.map(asInstants),
    conflicts: conflicts
      .slice(0, conflictsMax)
      .map((conflict) => ({ scheduleId: conflict.scheduleId, ...asInstants(conflict) })),
  };
}

async function findConflicts(db: Kysely<Tables>, doctorId: string, slots: SlotTimes[]): Promise<Conflict[]> {
  const first = slots[0];
  const last = slots.at(-1);
  if (!first || !last) return [];
  const span = { startsAtMs: first.startsAtMs, endsAtMs: last.endsAtMs };
  const made = await readDoctorsSlots(db, doctorId, span);
  const ahead = overlapsAhead(slots, await readOtherWeeklySchedules(db, doctorId, undefined));
  return [...overlapping(slots, made), ...ahead].sort((a, b) => a.startsAtMs - b.startsAtMs);
}

const asInstants = ({ startsAtMs, endsAtMs }: SlotTimes) => ({
  startsAt: new Date(startsAtMs).toISOString(),
  endsAt: new Date(endsAtMs).toISOString(),
});
