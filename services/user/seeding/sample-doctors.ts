import { specialties, stateCodes } from '@consulta/contracts';
import type pg from 'pg';
import {
  commonSpecialties,
  givenNames,
  largeCities,
  sampleInsurances,
  smallCityWords,
  surnames,
  syllables,
} from './sample-lists.ts';

/**
 * Fills UserDB with verified doctors as varied as Brazil's, by one statement; for tests and benchmarks. Nobody
 * can sign in as one of them. The same seed gives the same doctors but for their ids.
 *
 * @param count at most a million
 */
export async function insertSampleDoctors(pool: pg.Pool, count: number, seed = 0.5): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      "SET statement_timeout = 0; SET work_mem = '128MB'; SET maintenance_work_mem = '256MB'",
    );
    await client.query('BEGIN');
    await client.query('SELECT setseed($1)', [seed]);
    await indexedAfterwards(client, ['doctor_directory', 'doctor_orderings'], () =>
      client.query(insertSample, [
        count,
        givenNames,
        surnames,
        syllables,
        sampleCities(),
        commonSpecialties,
        specialties,
        sampleInsurances,
      ]),
    );
    await client.query('COMMIT');
    await client.query('VACUUM (ANALYZE) doctor_directory, doctor_orderings');
    await client.query('ANALYZE users, doctors');
  } finally {
    client.release(true);
  }
}

/** Does without tables' secondary indexes while many rows go in, and builds them in one go. */
async function indexedAfterwards(client: pg.PoolClient, tables: string[], work: () => Promise<unknown>) {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = ANY ($1::regclass[]) AND NOT indisprimary`,
    [tables],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  await work();
  for (const { definition } of rows) await client.query(definition);
}

/** `state/city`, each as often as is its share of the doctors; two thirds of them work in large cities. */
export function sampleCities(): string[] {
  const [first = [], second = []] = smallCityWords;
  const names = first.flatMap((a) => second.map((b) => `${a} ${b}`));
  const small = names.flatMap((name, i) => [0, 7, 13].map((j) => `${stateCodes[(i + j) % 27]}/${name}`));
  return [...largeCities, ...largeCities, ...small];
}

/** An element of an array, chosen anew for each row. */
const pick = (parameter: string) => `(${parameter})[1 + floor(random() * cardinality(${parameter}))::int]`;

const insertSample = `
  WITH drawn AS MATERIALIZED (
    SELECT i, uuidv7() AS id, ${pick('$2::text[]')} AS given, random() AS dice, ${pick('$2::text[]')} AS middle,
      ${pick('$3::text[]')} AS first_surname, ${pick('$3::text[]')} AS last_surname,
      initcap(${pick('$4::text[]')} || ${pick('$4::text[]')} || ${pick('$4::text[]')}) AS rare_surname,
      ${pick('$5::text[]')} AS place, ${pick('$6::text[]')} AS common_specialty, random() AS other_dice,
      ${pick('$7::text[]')} AS any_specialty, ${pick('$8::text[]')} AS i1, ${pick('$8::text[]')} AS i2,
      ${pick('$8::text[]')} AS i3, ${pick('$8::text[]')} AS i4, random() AS free_dice, random() AS rated_dice,
      (100 + 20 * floor(exp(random() * 3.6)))::int * 100 AS price, 1 + floor(exp(random() * 5))::int AS ratings,
      random() AS mood, now() + interval '30 minutes' * floor(random() ^ 2 * 2000) AS next_available_at
    FROM generate_series(1, $1) i),
  sample AS MATERIALIZED (
    SELECT id, i, split_part(place, '/', 1) AS state, split_part(place, '/', 2) AS city, price,
      given || CASE WHEN dice < 0.3 THEN ' ' || middle ELSE '' END || ' ' ||
        CASE WHEN dice > 0.9 THEN rare_surname ELSE first_surname END || ' ' || last_surname AS full_name,
      CASE WHEN other_dice < 0.6 THEN ARRAY[common_specialty]
        WHEN other_dice < 0.8 OR any_specialty = common_specialty THEN ARRAY[any_specialty]
        ELSE ARRAY[common_specialty, any_specialty] END AS specialties,
      ARRAY(SELECT DISTINCT unnest(CASE WHEN rated_dice < 0.2 THEN '{}' ELSE ARRAY[i1, i2, i3, i4] END)) AS insurances,
      CASE WHEN free_dice < 0.5 THEN '{in_person}'::text[] WHEN free_dice < 0.6 THEN '{video}'
        ELSE '{in_person,video}' END AS modes,
      CASE WHEN rated_dice < 0.6 THEN ratings ELSE 0 END AS rating_count,
      CASE WHEN rated_dice < 0.6 THEN round(ratings * (5 - 2.5 * mood ^ 2))::bigint ELSE 0 END AS rating_sum,
      CASE WHEN mood < 0.8 THEN next_available_at END AS next_available_at
    FROM drawn),
  new_users AS (
    INSERT INTO users (id, role, full_name, birth_date, email, cpf, phone, address, password_hash)
    SELECT id, 'doctor', full_name, '1980-01-01', 'sample-' || i || '@doctors.example', lpad(i::text, 11, '0'),
      '+5511900000000', jsonb_build_object('street', 'Rua ' || i, 'number', '1', 'neighborhood', 'Centro',
        'city', city, 'state', state, 'postalCode', '01000000'), 'none'
    FROM sample),
  new_doctors AS (
    INSERT INTO doctors (user_id, crm_number, crm_state, specialties, consultation_price_cents, insurances, modes,
      verification, verified_at)
    SELECT id, (100000 + i)::text, state, specialties, price, insurances, modes, 'verified', now() FROM sample)
  INSERT INTO doctor_directory (doctor_id, listed, full_name, crm_number, crm_state, specialties, city, state,
    consultation_price_cents, insurances, modes, rating_sum, rating_count, next_available_at)
  SELECT id, true, full_name, (100000 + i)::text, state, specialties, city, state, price, insurances, modes,
    rating_sum, rating_count, next_available_at
  FROM sample`;
