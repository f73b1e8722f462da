import type { ScheduleInput } from '@consulta/contracts';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import type { Planning } from './commands.ts';
import { findConflicts } from './conflicts.ts';
import type { SlotTimes } from './expansion.ts';
import type { Conflict } from './overlaps.ts';
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
  const search = { exceptId: undefined, now: planning.now, max: conflictsMax };
  return writePreview(slots, await findConflicts(db, doctorId, plan, search));
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

const asInstants = ({ startsAtMs, endsAtMs }: SlotTimes) => ({
  startsAt: new Date(startsAtMs).toISOString(),
  endsAt: new Date(endsAtMs).toISOString(),
});
