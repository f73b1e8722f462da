import type { Kysely } from 'kysely';
import { attempt } from '../lockout/attempts.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { type OpenSession, openSession } from '../sessions/open-session.ts';
import type { UserTables } from '../tables.ts';
import { findCredentials } from './credentials.ts';
import { canonicalIdentifier, parseIdentifier } from './identifier.ts';

export type LoginAttempt = {
  identifier: string;
  password: string;
  ip: string;
  userAgent: string | undefined;
};

/**
 * Signs someone in. An unknown identifier costs the same work and gets the same answer as a wrong password
 * (OWASP ASVS 5.0.0, 6.3.8). Throws 401 `invalid_credentials`, 403 `account_suspended` to who knows the password,
 * 429 `too_many_attempts`, 503 `overloaded`.
 */
export async function login(
  db: Kysely<UserTables>,
  hasher: PasswordHasher,
  { identifier, password, ip, userAgent }: LoginAttempt,
  onClosed?: () => void,
): Promise<OpenSession> {
  const parsed = parseIdentifier(identifier);
  const found = await findCredentials(db, parsed);
  const tried = { identifier: canonicalIdentifier(parsed), userId: found?.userId, ip };
  const check = async (believe: boolean) => {
    const right = await hasher.verify(found?.passwordHash, password);
    return found && right && believe ? openSession(db, found, userAgent) : undefined;
  };
  return attempt(db, tried, check, onClosed);
}
