import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import { dayOf, expandSchedule, isBefore, type SlotTimes, sameSlots } from './expansion.ts';
import { listSkippingSchedules } from './queries.ts';
import { horizonOf } from './rules.ts';
import { inputOf, type ScheduleRow } from './schedule-row.ts';
import { insertSlotsWhereFree, readLiveSlots } from './slot-rows.ts';
import { localDay } from './zone-clock.ts';

type Planning = { now: Temporal.Instant; slotsAheadDays: number };

/**
 * Makes an active weekly schedule's slots up to its horizon, and comes back to those passed over before. Where another
 * slot of the doctor is in the way, that one stays. To be called under the doctor's lock; answers whether there was
 * anything to do.
 */
export async function extendSchedule(
  trx: Transaction<Tables>,
  row: ScheduleRow,
  planning: Planning,
): Promise<boolean> {
  const schedule = inputOf(row);
  const made = Temporal.PlainDate.from(row.materialized_until);
  const horizon = horizonOf(schedule, { ...planning, nowMs: planning.now.epochMilliseconds });
  if (row.skipped_from === null && !isBefore(made, horizon)) return false;
  const until = isBefore(made, horizon) ? horizon : made;
  const from = Temporal.PlainDate.from(row.skipped_from ?? made);
  const skipped = await makeMissingSlots(trx, row, { now: planning.now, from, until });
  await trx
    .updateTable('schedules')
    .set({
      materialized_until: until.toString(),
      skipped_from: skipped ? dateBefore(skipped, schedule.timeZone) : null,
    })
    .where('id', '=', row.id)
    .execute();
  return true;
}

/** Comes back to the times that a doctor's schedules, but for one, passed over, now that some came free. */
export async function fillSkipped(
  trx: Transaction<Tables>,
  { id: exceptId, doctorId }: { id: string; doctorId: string },
  planning: Planning,
): Promise<void> {
  for (const row of await listSkippingSchedules(trx, doctorId, exceptId)) {
    await extendSchedule(trx, row, planning);
  }
}

/** Answers the first slot that another stands in the way of. */
async function makeMissingSlots(
  trx: Kysely<Tables>,
  row: ScheduleRow,
  span: { now: Temporal.Instant; from: Temporal.PlainDate; until: Temporal.PlainDate },
): Promise<SlotTimes | undefined> {
  const schedule = inputOf(row);
  const nowMs = span.now.epochMilliseconds;
  const start = span.from.toZonedDateTime(schedule.timeZone).toInstant();
  const fromMs = Math.max(nowMs, start.epochMilliseconds);
  const days = { fromDay: dayOf(span.from), untilDay: dayOf(span.until) };
  const coming = expandSchedule(schedule, { fromMs, ...days }).filter(({ startsAtMs }) => startsAtMs > nowMs);
  const isLive = sameSlots(await readLiveSlots(trx, row.id, Temporal.Instant.fromEpochMilliseconds(fromMs)));
  const missing = coming.filter((slot) => !isLive(slot));
  const owner = { scheduleId: row.id, doctorId: row.doctor_id, slotMinutes: row.slot_minutes };
  const made = await insertSlotsWhereFree(trx, owner, missing);
  return missing.find(({ startsAtMs }) => !made.has(startsAtMs));
}

/** A slot past midnight is of the date before; one date more is looked through where it is not. */
const dateBefore = ({ startsAtMs }: SlotTimes, timeZone: string) =>
  Temporal.PlainDate.from('1970-01-01')
    .add({ days: localDay(startsAtMs, timeZone) - 1 })
    .toString();
