import { details, type Revocation } from '@consulta/contracts';
import { advisoryLocks, inTransaction } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { rememberDeletion } from '../people/deleted-accounts.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import { lockOwnAccount } from '../sessions/lock-own-account.ts';
import { revokeUser } from '../sessions/revocations/revoke-sessions.ts';
import type { UserTables } from '../tables.ts';
import { confirmPassword, type OwnPassword } from './confirm-password.ts';

/**
 * Deletes the account of someone who knows its password, with its sessions and, of a doctor, the directory entry; what
 * other services keep of them they erase by the events that this leaves (LGPD art. 18 VI). Guesses count as they do at
 * sign-in. Answers whose tokens to revoke. Throws 401 `invalid_credentials` (also when the password was changed while
 * it was verified) or `unauthorized`, 409 `last_administrator`, 429 `too_many_attempts`.
 */
export async function deleteAccount(
  db: Kysely<UserTables>,
  hasher: PasswordHasher,
  own: OwnPassword,
): Promise<Revocation[]> {
  const verifiedHash = await confirmPassword(db, hasher, own);
  const { userId } = own;
  return inTransaction(db, async (trx) => {
    const { role, password_hash } = await lockOwnAccount(trx, own);
    if (password_hash !== verifiedHash) throw problem('invalid_credentials');
    if (role === 'admin') await assertNotTheLast(trx, userId);
    const revoked = [...(await endSessionsOf(trx, userId)), ...(await revokeUser(trx, userId))];
    await rememberDeletion(trx, { userId, role });
    await trx.deleteFrom('users').where('id', '=', userId).execute();
    await enqueue(trx, 'account_deleted', [userId]);
    if (role === 'doctor') await enqueue(trx, 'doctor_bookability_changed', [userId]);
    return revoked;
  });
}

/** Administrators leave one after another, so that the last two cannot leave at once. */
async function assertNotTheLast(trx: Transaction<UserTables>, userId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${advisoryLocks.administratorsLeaving})`.execute(trx);
  const other = await trx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('id', '<>', userId)
    .limit(1)
    .executeTakeFirst();
  if (!other) throw problem('last_administrator', details.makeAdministratorFirst);
}
