import type { Schedule, ScheduleSlot } from '@consulta/contracts';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SlotsPage } from '../slots/page.ts';
import type { Tables } from '../tables.ts';
import type { OtherSchedule } from './overlaps.ts';
import { exceptDatesAsText, inputOf, type ScheduleRow, scheduleColumns } from './schedule-row.ts';

/**
 * Makes the writers of one doctor's slots take turns (two that insert overlapping slots at once would
 * deadlock on the exclusion constraint). The doctor must be known here.
 */
export async function lockDoctor(trx: Transaction<Tables>, doctorId: string): Promise<void> {
  await trx.selectFrom('doctors').select('id').where('id', '=', doctorId).forNoKeyUpdate().execute();
}

const schedules = (db: Kysely<Tables>) =>
  db.selectFrom('schedules').select(scheduleColumns).select(exceptDatesAsText);

/** A schedule of this doctor that was not deleted. */
export const findSchedule = (
  db: Kysely<Tables>,
  key: { id: string; doctorId: string },
): Promise<ScheduleRow | undefined> =>
  schedules(db)
    .where('id', '=', key.id)
    .where('doctor_id', '=', key.doctorId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();

/** The same, locked against releases of its slots, which ask whether it is active. */
export const findAndLockSchedule = (
  trx: Transaction<Tables>,
  key: { id: string; doctorId: string },
): Promise<ScheduleRow | undefined> =>
  schedules(trx)
    .where('id', '=', key.id)
    .where('doctor_id', '=', key.doctorId)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();

/** A doctor's schedules, newest first, from those older than `beforeId`. */
export function listSchedules(
  db: Kysely<Tables>,
  page: { doctorId: string; beforeId: string | undefined; limit: number },
): Promise<ScheduleRow[]> {
  let query = schedules(db).where('doctor_id', '=', page.doctorId).where('deleted_at', 'is', null);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  return query.orderBy('id', 'desc').limit(page.limit).execute();
}

/** A doctor's schedules, but for one, that passed slots over. */
export const listSkippingSchedules = (
  db: Kysely<Tables>,
  doctorId: string,
  exceptId: string,
): Promise<ScheduleRow[]> =>
  schedules(db)
    .where('doctor_id', '=', doctorId)
    .where('active', '=', true)
    .where('skipped_from', 'is not', null)
    .where('id', '<>', exceptId)
    .orderBy('id')
    .execute();

/** The doctor's active weekly schedules that are not over, besides one. */
export async function readOtherWeeklySchedules(
  db: Kysely<Tables>,
  doctorId: string,
  { exceptId, now }: { exceptId: string | undefined; now: Temporal.Instant },
): Promise<OtherSchedule[]> {
  // No zone's date is before this one, and yesterday's window may cross midnight.
  const today = now
    .subtract({ hours: 12 + 24 })
    .toString()
    .slice(0, 10);
  let query = schedules(db)
    .where('doctor_id', '=', doctorId)
    .where('kind', '=', 'weekly')
    .where('active', '=', true)
    .where(({ or, eb }) => or([eb('valid_until', 'is', null), eb('valid_until', '>=', today)]));
  if (exceptId !== undefined) query = query.where('id', '<>', exceptId);
  const others: OtherSchedule[] = [];
  for (const row of await query.execute()) {
    const schedule = inputOf(row);
    if (schedule.kind === 'weekly') others.push({ id: row.id, schedule });
  }
  return others;
}

/** How many future slots schedules have, open and taken; absent without any. An inactive one has none open. */
export async function countSlots(
  db: Kysely<Tables>,
  scheduleIds: string[],
  now: Temporal.Instant,
): Promise<Map<string, Schedule['slots']>> {
  const { rows } = await sql<{ schedule_id: string; open: number; taken: number }>`
    SELECT s.schedule_id, count(*) FILTER (WHERE c.slot_id IS NULL AND p.active) AS open, count(c.slot_id) AS taken
    FROM slots s
    JOIN schedules p ON p.id = s.schedule_id
    LEFT JOIN claims c ON c.slot_id = s.id
    WHERE s.schedule_id = ANY (${scheduleIds}::uuid[]) AND s.withdrawn_at IS NULL
      AND s.starts_at > ${now.toString()}::timestamptz
    GROUP BY s.schedule_id`.execute(db);
  return new Map(rows.map(({ schedule_id, open, taken }) => [schedule_id, { open, taken }]));
}

/** A schedule's slots, past ones too, in order. What an inactive schedule left untaken is not offered. */
export async function listScheduleSlots(
  db: Kysely<Tables>,
  scheduleId: string,
  { fromMs, toMs, after, limit }: SlotsPage,
): Promise<ScheduleSlot[]> {
  const rows = await db
    .selectFrom('slots as s')
    .innerJoin('schedules as p', 'p.id', 's.schedule_id')
    .leftJoin('claims as c', 'c.slot_id', 's.id')
    .select(['s.id', 's.starts_at', 's.ends_at', 'p.time_zone', 'c.appointment_id'])
    .where('s.schedule_id', '=', scheduleId)
    .where('s.withdrawn_at', 'is', null)
    .where((where) => where.or([where('p.active', '=', true), where('c.slot_id', 'is not', null)]))
    .$if(fromMs !== undefined, (query) => query.where('s.starts_at', '>=', new Date(fromMs ?? 0)))
    .$if(toMs !== undefined, (query) => query.where('s.starts_at', '<', new Date(toMs ?? 0)))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(s.starts_at, s.id) > (${after?.startsAt}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('s.starts_at')
    .orderBy('s.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    timeZone: row.time_zone,
    status: row.appointment_id === null ? 'open' : 'taken',
    ...(row.appointment_id === null ? {} : { appointmentId: row.appointment_id }),
  }));
}
