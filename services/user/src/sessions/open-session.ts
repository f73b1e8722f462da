import { randomUUIDv7 } from 'node:crypto';
import type { Role } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';
import { newRefreshToken } from './refresh-token.ts';

export const sessionDays = 30;
export const sessionEnd = sql<Date>`now() + interval '1 day' * ${sessionDays}`;

export type Credentials = { userId: string; role: Role; passwordHash: string };
/** A session that was opened or goes on, with the refresh token that continues it. */
export type OpenSession = { userId: string; role: Role; sessionId: string; refreshToken: string };

/**
 * Opens a session for a user whose password was verified against this hash. Undefined when it is no longer theirs:
 * the account is held while the session is added, so whoever changes the password or suspends the account either
 * comes first, or finds the session and ends it. Throws 403 `account_suspended`.
 */
export async function openSession(
  db: Kysely<UserTables>,
  user: Credentials,
  userAgent: string | undefined,
): Promise<OpenSession | undefined> {
  const { userId, role } = user;
  const sessionId = randomUUIDv7();
  const { token, hash } = newRefreshToken();
  return inTransaction(db, async (trx) => {
    const held = await holdAccount(trx, userId);
    if (held?.password_hash !== user.passwordHash) return undefined;
    if (await isSuspended(trx, userId)) throw problem('account_suspended');
    await trx
      .insertInto('sessions')
      .values({
        id: sessionId,
        user_id: userId,
        user_agent: userAgent?.slice(0, 300) ?? null,
        expires_at: sessionEnd,
      })
      .execute();
    await trx.insertInto('refresh_tokens').values({ hash, session_id: sessionId }).execute();
    return { userId, role, sessionId, refreshToken: token };
  });
}

/** Keeps what a sign-in was verified against as it is until the transaction ends; sign-ins share the hold. */
const holdAccount = (trx: Transaction<UserTables>, userId: string) =>
  trx.selectFrom('users').select('password_hash').where('id', '=', userId).forShare().executeTakeFirst();

async function isSuspended(trx: Transaction<UserTables>, userId: string): Promise<boolean> {
  const doctor = await trx
    .selectFrom('doctors')
    .select('verification')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return doctor?.verification === 'suspended';
}
