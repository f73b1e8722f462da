import type { ScheduleInput } from '@consulta/contracts';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import type { Planning } from './commands.ts';
import type { SlotTimes } from './expansion.ts';
import { type Conflict, overlapping } from './overlaps.ts';
import { readDoctorsSlots, readOtherWeeklySchedules } from './queries.ts';
import { planSchedule } from './rules.ts';

const conflictsMax = 100;
/** So many slots are written at once; then others have their turn. */
const slotsPerPiece = 500;

/**
 * The slots that a schedule would make now, and the doctor's slots in their way, as the JSON of a
 * `SchedulePreview`, piece by piece: whole, one of 26,000 slots takes a tenth of a second to write. Throws 400 as
 * creating does.
 */
export async function previewSchedule(
  db: Kysely<Tables>,
  doctorId: string,
  input: ScheduleInput,
  planning: Planning,
): Promise<AsyncGenerator<string>> {
  const nowMs = planning.now.epochMilliseconds;
  const plan = planSchedule(input, { ...planning, nowMs });
  const slots = plan.slots.filter(({ startsAtMs }) => startsAtMs > nowMs);
  return writePreview(slots, await findConflicts(db, doctorId, slots, planning));
}

async function* writePreview(slots: SlotTimes[], conflicts: Conflict[]): AsyncGenerator<string> {
  yield '{"slots":[';
  for (let at = 0; at < slots.length; at += slotsPerPiece) {
    if (at > 0) yield ',';
    yield JSON.stringify(slots.slice(at, at + slotsPerPiece).map(asInstants)).slice(1, -1);
    await new Promise(setImmediate);
  }
  const shown = conflicts.map((conflict) => ({ scheduleId: conflict.scheduleId, ...asInstants(conflict) }));
  yield `],"conflicts":${JSON.stringify(shown)}}`;
}

async function findConflicts(
  db: Kysely<Tables>,
  doctorId: string,
  slots: SlotTimes[],
  { now, findOverlapsAhead }: Planning,
): Promise<Conflict[]> {
  const first = slots[0];
  const last = slots.at(-1);
  if (!first || !last) return [];
  const span = { startsAtMs: first.startsAtMs, endsAtMs: last.endsAtMs };
  const found: Conflict[] = [];
  for await (const made of readDoctorsSlots(db, doctorId, span)) {
    found.push(...overlapping(slots, made));
    if (found.length >= conflictsMax) break;
  }
  const others = await readOtherWeeklySchedules(db, doctorId, { exceptId: undefined, now });
  const known = new Set(found.map(keyOf));
  const ahead = await findOverlapsAhead(slots, others, conflictsMax);
  return [...found, ...ahead.filter((slot) => !known.has(keyOf(slot)))]
    .sort((a, b) => a.startsAtMs - b.startsAtMs)
    .slice(0, conflictsMax);
}

/** Some slots ahead of the date up to which a schedule's slots are rows may be rows already. */
const keyOf = ({ scheduleId, startsAtMs }: Conflict) => `${scheduleId} ${startsAtMs}`;

const asInstants = ({ startsAtMs, endsAtMs }: SlotTimes) => ({
  startsAt: new Date(startsAtMs).toISOString(),
  endsAt: new Date(endsAtMs).toISOString(),
});
