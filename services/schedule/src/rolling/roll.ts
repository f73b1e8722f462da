import { inTransaction } from '@consulta/platform/database';
import type { Kysely } from 'kysely';
import { expandSchedule, isBefore, localDate } from '../schedules/expansion.ts';
import { findSchedule, lockDoctor } from '../schedules/queries.ts';
import { horizonOf } from '../schedules/rules.ts';
import { inputOf } from '../schedules/schedule-row.ts';
import { announceAvailability, insertSlotsWhereFree } from '../schedules/slot-rows.ts';
import type { Tables } from '../tables.ts';

export type RollingSchedule = { id: string; doctorId: string };
type Planning = { now: Temporal.Instant; slotsAheadDays: number };

/** Active weekly schedules that may need more slots, by id, from after `afterId`. */
export async function listRollingSchedules(
  db: Kysely<Tables>,
  page: Planning & { afterId: string; limit: number },
): Promise<RollingSchedule[]> {
  // The easternmost zone's date: no schedule's horizon is later.
  const latest = localDate(page.now.epochMilliseconds, 'Pacific/Kiritimati').add({
    days: page.slotsAheadDays + 2,
  });
  const rows = await db
    .selectFrom('schedules')
    .select(['id', 'doctor_id'])
    .where('kind', '=', 'weekly')
    .where('active', '=', true)
    .where('materialized_until', '<', latest.toString())
    .where(({ or, eb, ref }) =>
      or([eb('valid_until', 'is', null), eb('materialized_until', '<=', ref('valid_until'))]),
    )
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ id: row.id, doctorId: row.doctor_id }));
}

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
