import { inTransaction, problem } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import { chargeAttempt } from '../lockout/attempts.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import type { Revocation } from '../revocations/queries.ts';
import { endOtherSessions } from '../signing-in/queries.ts';
import type { UserTables } from '../tables.ts';

export type PasswordChange = {
  userId: string;
  sessionId: string;
  password: string;
  newPassword: string;
  ip: string;
};

/**
 * Sets a new password for someone who knows the present one; all their other sessions end. Guesses count as
 * they do at sign-in. Throws 401 `invalid_credentials`, 429 `too_many_attempts`.
 */
export async function changePassword(
  db: Kysely<UserTables>,
  hasher: PasswordHasher,
  change: PasswordChange,
): Promise<Revocation[]> {
  const { userId } = change;
  const user = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', userId)
    .executeTakeFirst();
  if (!user) throw problem('not_found');
  const charge = await chargeAttempt(db, { userId }, change.ip);
  const right = await hasher.verify(user.password_hash, change.password);
  if (!right) throw problem('invalid_credentials', 'The present password is wrong');
  await charge.succeeded();
  const passwordHash = await hasher.hash(change.newPassword);
  return inTransaction(db, async (trx) => {
    await trx
      .updateTable('users')
      .set({ password_hash: passwordHash, updated_at: sql<Date>`now()` })
      .where('id', '=', userId)
      .execute();
    return endOtherSessions(trx, userId, change.sessionId);
  });
}
