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
    honorific: row.honorific,
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
    .select([
      'users.full_name',
      'social_name',
      'address',
      'bio',
      'doctors.honorific',
      'doctors.crm_number',
      'doctors.crm_state',
    ])
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
