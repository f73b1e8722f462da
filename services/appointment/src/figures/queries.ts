import { brazilZone } from '@consulta/contracts';
import { type Kysely, sql } from 'kysely';
import type { AppointmentTables } from '../tables.ts';
import type { RatingSum, StatusCount, Weeks } from './rules.ts';

type Db = Kysely<AppointmentTables>;

/**
 * How many of a doctor's appointments of each status start in each week, by the local time of the appointment.
 * The index is asked for a day more at both ends, as far as a zone can be from UTC.
 */
export async function countStatuses(db: Db, doctorId: string, weeks: Weeks): Promise<StatusCount[]> {
  const [from, to] = [weeks.from.toString(), weeks.to.toString()];
  const { rows } = await sql<StatusCount>`SELECT week::text AS week, status, count(*)::integer AS count FROM (
      SELECT date_trunc('week', starts_at AT TIME ZONE time_zone)::date AS week, status
      FROM appointment_overview WHERE doctor_id = ${doctorId}
        AND starts_at >= (${from}::date - 1)::timestamp AT TIME ZONE 'UTC'
        AND starts_at < (${to}::date + 2)::timestamp AT TIME ZONE 'UTC'
    ) AS near WHERE week BETWEEN ${from}::date AND ${to}::date GROUP BY near.week, status`.execute(db);
  return rows;
}

/** What a doctor's reviews of each week add up to, by when they were given. */
export async function sumRatings(db: Db, doctorId: string, weeks: Weeks): Promise<RatingSum[]> {
  const [from, to] = [weeks.from.toString(), weeks.to.toString()];
  const { rows } = await sql<RatingSum>`SELECT
      date_trunc('week', given_at AT TIME ZONE ${brazilZone})::date::text AS week,
      sum(rating)::integer AS sum, count(*)::integer AS count
    FROM reviews WHERE doctor_id = ${doctorId}
      AND given_at >= ${from}::date::timestamp AT TIME ZONE ${brazilZone}
      AND given_at < (${to}::date + 1)::timestamp AT TIME ZONE ${brazilZone} GROUP BY 1`.execute(db);
  return rows;
}
