import { inTransaction } from '@consulta/platform/database';
import type { Kysely } from 'kysely';
import { expandSchedule, isBefore } from '../schedules/expansion.ts';
import { findSchedule, lockDoctor } from '../schedules/queries.ts';
import { horizonOf } from '../schedules/rules.ts';
import { inputOf } from '../schedules/schedule-row.ts';
import { announceAvailability, insertSlotsWhereFree } from '../schedules/slot-rows.ts';
import type { Tables } from '../tables.ts';
import type { Planning, RollingSchedule } from './queries.ts';

/**
 * Makes a weekly schedule's slots up to its horizon. Where another schedule of the doctor has taken the time
 * meanwhile, that one's slot stays. Replicas that roll the same schedule take turns, and the later finds
 * nothing left to do.
 */
export async function rollSchedule(
  db: Kysely<Tables>,
  { id, doctorId }: RollingSchedule,
  planning: Planning,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await lockDoctor(trx, doctorId);
    const row = await findSchedule(trx, { id, doctorId });
    if (!row?.active) return;
    const schedule = inputOf(row);
    const nowMs = planning.now.epochMilliseconds;
    const until = horizonOf(schedule, { nowMs, slotsAheadDays: planning.slotsAheadDays });
    const from = Temporal.PlainDate.from(row.materialized_until);
    if (!isBefore(from, until)) return;
    const newFromMs = from.toZonedDateTime(schedule.timeZone).epochMilliseconds;
    const slots = expandSchedule(schedule, { fromMs: Math.max(nowMs, newFromMs), until });
    const coming = slots.filter(({ startsAtMs }) => startsAtMs >= newFromMs && startsAtMs > nowMs);
    await insertSlotsWhereFree(trx, { scheduleId: id, doctorId, slotMinutes: schedule.slotMinutes }, coming);
    await trx
      .updateTable('schedules')
      .set({ materialized_until: until.toString() })
      .where('id', '=', id)
      .execute();
    await announceAvailability(trx, [doctorId]);
  });
}
