import { randomUUIDv7 } from 'node:crypto';
import { queryBuilder } from '@consulta/platform/database';
import { badField } from '@consulta/platform/problems';
import type pg from 'pg';
import { type Argon2Overrides, createPasswordHasher } from '../passwords/hasher.ts';
import { checkPassword } from '../people/rules.ts';
import { violation } from '../people/violations.ts';
import type { UserTables } from '../tables.ts';

export type NewAdministrator = { email: string; password: string; fullName: string };

/**
 * Makes an administrator, straight in the database: no route does, so that nobody can be talked into it over
 * the network. Answers the id. Throws 400 for a bad e-mail or password, 409 `email_taken`.
 */
export async function createAdministrator(
  deps: { pool: pg.Pool; argon2?: Argon2Overrides },
  { email, password, fullName }: NewAdministrator,
): Promise<string> {
  const { length } = [...password];
  if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) || email.length > 254) {
    throw badField('/email', 'email_invalid');
  }
  if (length < 8) throw badField('/password', 'too_short', 8);
  if (length > 256) throw badField('/password', 'too_long', 256);
  if (fullName.trim() === '') throw badField('/fullName', 'required');
  checkPassword(password, '/password');
  const hasher = await createPasswordHasher(deps.argon2);
  const id = randomUUIDv7();
  await queryBuilder<UserTables>(deps.pool)
    .insertInto('users')
    .values({
      id,
      role: 'admin',
      full_name: fullName.trim(),
      email,
      password_hash: await hasher.hash(password),
    })
    .execute()
    .catch((error: unknown) => {
      throw violation(error);
    });
  return id;
}
