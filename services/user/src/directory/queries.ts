import type { DoctorDetails } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { fullAddress } from '../people/queries.ts';
import type { UserTables } from '../tables.ts';

/** A listed doctor's public profile. Throws 404 for others. */
export async function readDoctor(db: Kysely<UserTables>, doctorId: string): Promise<DoctorDetails> {
  const row = await selectDoctor(db, doctorId);
  if (!row?.address) throw problem('not_found');
  return {
    id: doctorId,
    fullName: row.full_name,
    socialName: row.social_name,
    crm: { number: row.crm_number, state: row.crm_state },
    specialties: row.specialties,
    rqes: row.rqes,
    bio: row.bio,
    city: row.address.city,
    state: row.address.state,
    address: fullAddress(row.address),
    consultationPriceCents: row.consultation_price_cents,
    insurances: row.insurances,
    modes: row.modes,
    rating: { average: row.rating_average, count: row.rating_count },
    nextAvailableAt: row.next_available_at?.toISOString() ?? null,
  };
}

const selectDoctor = (db: Kysely<UserTables>, doctorId: string) =>
  db
    .selectFrom('doctor_directory')
    .innerJoin('doctors', 'doctors.user_id', 'doctor_id')
    .innerJoin('users', 'users.id', 'doctor_id')
    .select(['users.full_name', 'social_name', 'address', 'bio', 'doctors.crm_number', 'doctors.crm_state'])
    .select(['doctors.specialties', 'doctors.rqes', 'doctors.consultation_price_cents', 'doctors.insurances'])
    .select(['doctors.modes', 'rating_average', 'rating_count', 'next_available_at'])
    .where('doctor_id', '=', doctorId)
    .where('listed', '=', true)
    .executeTakeFirst();

/**
 * The insurances that listed doctors accept, in order of name. One probe of the index on facets each, so that
 * the directory is not read through.
 */
export async function readInsurances(searchPool: pg.Pool): Promise<string[]> {
  const { rows } = await searchPool.query<{ name: string }>(
    `SELECT name FROM insurances i WHERE EXISTS (SELECT 1 FROM doctor_directory d
       WHERE d.listed AND d.tags @> ARRAY['insurance:' || i.key] COLLATE "C") ORDER BY key`,
  );
  return rows.map(({ name }) => name);
}

export type NextAvailableAnswer = { doctorId: string; nextAvailableAt: string | null };

/**
 * Stores what the schedule service answered, unless a later question was answered before.
 *
 * @param askedAt when the question was put, by the database's clock
 */
export async function storeNextAvailable(
  pool: pg.Pool,
  answers: NextAvailableAnswer[],
  askedAt: Date,
): Promise<void> {
  await pool.query(
    `WITH answer AS MATERIALIZED (
       SELECT d.doctor_id, a.at FROM doctor_directory d
       JOIN unnest($1::uuid[], $2::timestamptz[]) AS a(doctor_id, at) ON a.doctor_id = d.doctor_id
       ORDER BY d.doctor_id FOR UPDATE OF d)
     UPDATE doctor_directory d SET next_available_at = answer.at, next_available_asked_at = $3
     FROM answer WHERE d.doctor_id = answer.doctor_id AND d.next_available_asked_at < $3`,
    [answers.map(({ doctorId }) => doctorId), answers.map((answer) => answer.nextAvailableAt), askedAt],
  );
}

/** The database's time. */
export async function readClock(pool: pg.Pool): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const [row] = rows;
  if (!row) throw new Error('the database does not tell the time');
  return row.now;
}

/** A page of listed doctors whose known next free time has passed, or who have none, by id. */
export async function doctorsToAskAbout(
  pool: pg.Pool,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ doctor_id: string }>(
    `SELECT doctor_id FROM doctor_directory
     WHERE listed AND (next_available_at IS NULL OR next_available_at <= now())
       AND ($1::uuid IS NULL OR doctor_id > $1) ORDER BY doctor_id LIMIT $2`,
    [after, limit],
  );
  return rows.map((row) => row.doctor_id);
}

/** Takes over doctors' ratings that are newer than the ones stored. */
export async function storeRatings(
  pool: pg.Pool,
  ratings: { doctorId: string; sum: number; count: number; version: number }[],
): Promise<void> {
  await pool.query(
    `WITH newest AS MATERIALIZED (
       SELECT DISTINCT ON (doctor_id) * FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::bigint[])
         AS r(doctor_id, sum, count, version) ORDER BY doctor_id, version DESC),
     held AS MATERIALIZED (
       SELECT d.doctor_id FROM doctor_directory d JOIN newest USING (doctor_id) ORDER BY doctor_id FOR UPDATE OF d)
     UPDATE doctor_directory d SET rating_sum = sum, rating_count = count, rating_version = version
     FROM newest JOIN held USING (doctor_id)
     WHERE d.doctor_id = newest.doctor_id AND d.rating_version < newest.version`,
    [
      ratings.map(({ doctorId }) => doctorId),
      ratings.map(({ sum }) => sum),
      ratings.map(({ count }) => count),
      ratings.map(({ version }) => version),
    ],
  );
}
