import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import { attempt } from '../lockout/attempts.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import type { UserTables } from '../tables.ts';

/** Who says in which session, and from where, that this is their password. */
export type OwnPassword = { userId: string; sessionId: string; password: string; ip: string };

/**
 * Verifies a signed-in caller's own password; guesses count as they do at sign-in. Answers the hash it was verified
 * against, which must still be the account's where the caller acts on it. Throws 401 `invalid_credentials`, 429
 * `too_many_attempts`.
 */
export async function confirmPassword(
  db: Kysely<UserTables>,
  hasher: PasswordHasher,
  { userId, password, ip }: OwnPassword,
): Promise<string> {
  const user = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', userId)
    .executeTakeFirst();
  if (!user) throw problem('not_found');
  return attempt(db, { userId, ip }, async () => {
    const right = await hasher.verify(user.password_hash, password);
    return right ? user.password_hash : undefined;
  });
}
