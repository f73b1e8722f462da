import { brazilZone } from '@consulta/contracts';
import { type Kysely, sql } from 'kysely';
import type { AppointmentTables } from '../tables.ts';
import { type RatingSum, type StatusCount, type Weeks, weekStarts } from './rules.ts';

type Db = Kysely<AppointmentTables>;

/**
 * How many of a doctor's appointments of each status start in each week, by the local time of the appointment. When
 * weeks begin in a zone is worked out here: PostgreSQL's zone tables are not those that the slots were made by.
 */
export async function countStatuses(db: Db, doctorId: string, weeks: Weeks): Promise<StatusCount[]> {
  const counts: StatusCount[] = [];
  for (const timeZone of await zonesOf(db, doctorId, weeks)) {
    const { starts, names } = weekStarts(weeks, timeZone);
    const { rows } = await sql<StatusCount>`SELECT
        (${names}::text[])[width_bucket(starts_at, ${starts}::timestamptz[])] AS week,
        status, count(*)::integer AS count
      FROM appointment_overview
      WHERE doctor_id = ${doctorId} AND time_zone = ${timeZone}
        AND starts_at >= ${starts[0]}::timestamptz AND starts_at < ${starts.at(-1)}::timestamptz
      GROUP BY week, status`.execute(db);
    counts.push(...rows);
  }
  return counts;
}

/** What a doctor's reviews of each week add up to, by when they were given. */
export async function sumRatings(db: Db, doctorId: string, weeks: Weeks): Promise<RatingSum[]> {
  const { starts, names } = weekStarts(weeks, brazilZone);
  const { rows } = await sql<RatingSum>`SELECT
      (${names}::text[])[width_bucket(given_at, ${starts}::timestamptz[])] AS week,
      sum(rating)::integer AS sum, count(*)::integer AS count
    FROM reviews
    WHERE doctor_id = ${doctorId}
      AND given_at >= ${starts[0]}::timestamptz AND given_at < ${starts.at(-1)}::timestamptz
    GROUP BY week`.execute(db);
  return rows;
}

/** The zones of a doctor's appointments; asked for a day more at both ends, as far as a zone can be from UTC. */
async function zonesOf(db: Db, doctorId: string, { from, to }: Weeks): Promise<string[]> {
  const start = from.subtract({ days: 1 }).toZonedDateTime('UTC').toInstant().toString();
  const end = to.add({ days: 2 }).toZonedDateTime('UTC').toInstant().toString();
  const { rows } = await sql<{ time_zone: string }>`SELECT DISTINCT time_zone FROM appointment_overview
    WHERE doctor_id = ${doctorId} AND starts_at >= ${start}::timestamptz AND starts_at < ${end}::timestamptz`.execute(
    db,
  );
  return rows.map((row) => row.time_zone);
}
