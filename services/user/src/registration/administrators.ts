import { randomUUIDv7 } from 'node:crypto';
import { checkOf, FullName, lineFault, readEmail } from '@consulta/contracts';
import { queryBuilder } from '@consulta/platform/database';
import { type FieldError, fault } from '@consulta/platform/problems';
import type pg from 'pg';
import { type Argon2Overrides, createPasswordHasher } from '../passwords/hasher.ts';
import { passwordFaults, refuse, singleSpaced } from '../people/rules.ts';
import { violation } from '../people/violations.ts';
import type { UserTables } from '../tables.ts';

export type NewAdministrator = { email: string; password: string; fullName: string };

/**
 * Makes an administrator, straight in the database: no route does, so that nobody can be talked into it over
 * the network. Answers the id. Throws a 400 that names every fault, 409 `email_taken`.
 */
export async function createAdministrator(
  deps: { pool: pg.Pool; argon2?: Argon2Overrides },
  { email, password, fullName }: NewAdministrator,
): Promise<string> {
  refuse(administratorFaults({ email, password, fullName }));
  const hasher = await createPasswordHasher(deps.argon2);
  const id = randomUUIDv7();
  await queryBuilder<UserTables>(deps.pool)
    .insertInto('users')
    .values({
      id,
      role: 'admin',
      full_name: singleSpaced(fullName),
      email: readEmail(email) ?? email,
      password_hash: await hasher.hash(password),
    })
    .execute()
    .catch((error: unknown) => {
      throw violation(error);
    });
  return id;
}

function administratorFaults({ email, password, fullName }: NewAdministrator): FieldError[] {
  const { length } = [...password];
  return [
    ...(readEmail(email) === undefined ? [fault('/email', 'email_invalid')] : []),
    ...nameFaults(fullName.trim()),
    ...(length < 8 ? [fault('/password', 'too_short', 8)] : []),
    ...(length > 256 ? [fault('/password', 'too_long', 256)] : []),
    ...passwordFaults(password, '/password'),
  ];
}

function nameFaults(fullName: string): FieldError[] {
  if (fullName === '') return [fault('/fullName', 'required')];
  const unseen = lineFault(fullName);
  if (unseen) return [{ pointer: '/fullName', ...unseen }];
  return isFullName(fullName) ? [] : [fault('/fullName', 'invalid')];
}

const isFullName = checkOf(FullName);
