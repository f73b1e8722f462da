import { createHash } from 'node:crypto';
import { problem } from '@consulta/platform';
import type { Kysely } from 'kysely';
import { chargeAttempt, type Target } from '../lockout/attempts.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import type { UserTables } from '../tables.ts';
import { parseIdentifier } from './identifier.ts';
import { findCredentials, type OpenSession, openSession } from './queries.ts';

export type LoginAttempt = {
  identifier: string;
  password: string;
  ip: string;
  userAgent: string | undefined;
};

/**
 * Signs someone in. An unknown identifier costs the same work and gets the same answer as a wrong password
 * (OWASP ASVS 5.0.0, 6.3.8). Throws 401 `invalid_credentials`, 429 `too_many_attempts`, 503 `overloaded`.
 */
export async function login(
  db: Kysely<UserTables>,
  hasher: PasswordHasher,
  attempt: LoginAttempt,
): Promise<OpenSession> {
  const identifier = parseIdentifier(attempt.identifier);
  const found = await findCredentials(db, identifier);
  const target: Target = found
    ? { userId: found.userId }
    : { identifier: createHash('sha256').update(JSON.stringify(identifier)).digest('hex') };
  const charge = await chargeAttempt(db, target, attempt.ip);
  const right = await hasher.verify(found?.passwordHash, attempt.password);
  if (!found || !right) throw problem('invalid_credentials');
  await charge.succeeded();
  return openSession(db, found, attempt.userAgent);
}
