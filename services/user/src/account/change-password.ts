import type { Revocation } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql } from 'kysely';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { lockOwnAccount } from '../sessions/lock-own-account.ts';
import type { UserTables } from '../tables.ts';
import { confirmPassword, type OwnPassword } from './confirm-password.ts';

/**
 * Sets a new password for someone who knows the present one; all their other sessions end. Guesses count as
 * they do at sign-in. Throws 401 `invalid_credentials` (also when the password was changed while it was verified) or
 * `unauthorized`, 429 `too_many_attempts`.
 */
export async function changePassword(
  db: Kysely<UserTables>,
  hasher: PasswordHasher,
  own: OwnPassword & { newPassword: string },
): Promise<Revocation[]> {
  const verifiedHash = await confirmPassword(db, hasher, own);
  const newHash = await hasher.hash(own.newPassword);
  return inTransaction(db, async (trx) => {
    const account = await lockOwnAccount(trx, own);
    if (account.password_hash !== verifiedHash) throw problem('invalid_credentials');
    await trx
      .updateTable('users')
      .set({ password_hash: newHash, updated_at: sql<Date>`now()` })
      .where('id', '=', own.userId)
      .execute();
    return endSessionsOf(trx, own.userId, own.sessionId);
  });
}
