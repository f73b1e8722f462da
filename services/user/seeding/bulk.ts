import { randomUUIDv7 } from 'node:crypto';
import type { RegisterUser } from '@consulta/contracts';
import { inPlainTransaction, queryBuilder } from '@consulta/platform/database';
import type { KeyRing } from '@consulta/platform/encryption';
import type pg from 'pg';
import type { UserTables } from '../src/tables.ts';
import { signToken, type TokenClaims } from '../src/tokens/access-token.ts';
import { ensureSigningKey } from '../src/tokens/signing-keys.ts';

/** A user whose data were checked before; `id` and `verified` have defaults (a new id, true). */
export type BulkUser = Omit<RegisterUser, 'password'> & { id?: string; verified?: boolean };

const chunkSize = 2_000;

/**
 * Inserts many users at once for demo data and benchmarks: no checks, no events, one password hash for all.
 * Answers their ids in the given order. Services that follow doctors by event learn of these by their full
 * reads only.
 */
export async function insertUsersInBulk(
  pool: pg.Pool,
  users: BulkUser[],
  passwordHash: string,
): Promise<string[]> {
  const rows = users.map((user) => ({ ...user, id: user.id ?? randomUUIDv7() }));
  for (let start = 0; start < rows.length; start += chunkSize) {
    const chunk = JSON.stringify(rows.slice(start, start + chunkSize));
    await inPlainTransaction(pool, async (client) => {
      await client.query(insertUsers, [chunk, passwordHash]);
      await client.query(insertDoctors, [chunk]);
      await client.query(insertDirectory, [chunk]);
    });
  }
  await pool.query('ANALYZE users, doctors, doctor_directory, doctor_orderings');
  return rows.map(({ id }) => id);
}

const insertUsers = `INSERT INTO users (id, role, full_name, social_name, birth_date, email, cpf, phone, address,
    password_hash)
  SELECT id, role, "fullName", "socialName", "birthDate", email, cpf, phone, address, $2
  FROM jsonb_to_recordset($1) AS input(id uuid, role text, "fullName" text, "socialName" text, "birthDate" date,
    email text, cpf text, phone text, address jsonb)`;

const insertDoctors = `INSERT INTO doctors (user_id, crm_number, crm_state, specialties, rqes, bio, honorific,
    consultation_price_cents, insurances, modes, verification, verified_at)
  SELECT id, doctor.crm ->> 'number', doctor.crm ->> 'state', doctor.specialties, coalesce(doctor.rqes, '[]'),
    doctor.bio, doctor.honorific, doctor."consultationPriceCents", coalesce(doctor.insurances, '{}'),
    coalesce(doctor.modes, '{in_person}'), CASE WHEN coalesce(verified, true) THEN 'verified' ELSE 'pending' END,
    CASE WHEN coalesce(verified, true) THEN now() END
  FROM jsonb_to_recordset($1) AS input(id uuid, verified boolean, doctor jsonb),
    jsonb_to_record(input.doctor) AS doctor(crm jsonb, specialties text[], rqes jsonb, bio text, honorific text,
      "consultationPriceCents" integer, insurances text[], modes text[])
  WHERE input.doctor IS NOT NULL`;

const insertDirectory = `INSERT INTO doctor_directory (doctor_id, listed, full_name, honorific, crm_number, crm_state,
    specialties, rqes, city, state, consultation_price_cents, insurances, modes)
  SELECT users.id, verification = 'verified', full_name, honorific, crm_number, crm_state, specialties, rqes,
    address ->> 'city', address ->> 'state', consultation_price_cents, insurances, modes
  FROM jsonb_to_recordset($1) AS input(id uuid) JOIN users USING (id) JOIN doctors ON doctors.user_id = users.id`;

/** Opens a session for each user, as a sign-in does, without refresh tokens. Answers the session ids. */
export async function openSessionsInBulk(pool: pg.Pool, userIds: string[]): Promise<string[]> {
  const ids = userIds.map(() => randomUUIDv7());
  await pool.query(
    `INSERT INTO sessions (id, user_id, expires_at)
     SELECT id, user_id, now() + interval '30 days' FROM unnest($1::uuid[], $2::uuid[]) AS input(id, user_id)`,
    [ids, userIds],
  );
  return ids;
}

/** Signs real access tokens with the key in the database, which is read once. */
export async function tokenSigner(
  pool: pg.Pool,
  keyRing: KeyRing,
): Promise<(claims: TokenClaims) => Promise<string>> {
  const key = await ensureSigningKey(queryBuilder<UserTables>(pool), keyRing);
  return (claims) => signToken(key, claims, Temporal.Now.instant());
}
