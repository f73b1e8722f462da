import type { Kysely } from 'kysely';
import { localDate } from '../schedules/expansion.ts';
import type { Tables } from '../tables.ts';

export type RollingSchedule = { id: string; doctorId: string };
export type Planning = { now: Temporal.Instant; slotsAheadDays: number };

/** Active weekly schedules that may need more slots or passed some over, by id, from after `afterId`. */
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
    .where(({ or, and, eb, ref }) =>
      or([
        eb('skipped_from', 'is not', null),
        and([
          eb('materialized_until', '<', latest.toString()),
          or([eb('valid_until', 'is', null), eb('materialized_until', '<=', ref('valid_until'))]),
        ]),
      ]),
    )
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ id: row.id, doctorId: row.doctor_id }));
}
