import { details, type Role } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';
import { openSessionsOf } from './queries.ts';

/** What a change of the caller's own account rests on. */
export type HeldAccount = {
  role: Role;
  full_name: string;
  social_name: string | null;
  email: string;
  password_hash: string;
};

/**
 * The caller's account, locked for a change until the transaction ends. Throws 401 when the session it was asked for
 * in has ended meanwhile: whatever ends all sessions of an account locks the account first.
 */
export async function lockOwnAccount(
  trx: Transaction<UserTables>,
  caller: { userId: string; sessionId: string },
): Promise<HeldAccount> {
  const account = await trx
    .selectFrom('users')
    .select(['role', 'full_name', 'social_name', 'email', 'password_hash'])
    .where('id', '=', caller.userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!account) throw problem('not_found');
  const session = await openSessionsOf(trx, caller.userId)
    .select('id')
    .where('id', '=', caller.sessionId)
    .executeTakeFirst();
  if (!session) throw problem('unauthorized', details.sessionEnded);
  return account;
}
