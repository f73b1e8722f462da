import type { Revocation } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';
import { lockSessionOf, openSessionsOf } from './queries.ts';
import { revokeSessions } from './revocations/revoke-sessions.ts';

/** Ends the session of a refresh token, also of one used already; undefined when no open session knows it. */
export const endSessionOf = (db: Kysely<UserTables>, token: string): Promise<Revocation[] | undefined> =>
  inTransaction(db, async (trx) => {
    const found = await lockSessionOf(trx, token);
    return found && endSessions(trx, [found.session_id]);
  });

/** Ends sessions for good: their refresh tokens go, their access tokens are revoked. */
export async function endSessions(trx: Transaction<UserTables>, sessionIds: string[]): Promise<Revocation[]> {
  if (sessionIds.length === 0) return [];
  const ended = await trx
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`now()` })
    .where('id', 'in', sessionIds)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return revokeSessions(
    trx,
    ended.map(({ id }) => id),
  );
}

/** Ends one of a user's sessions; undefined when it is not theirs or not open. */
export const endOwnSession = (
  db: Kysely<UserTables>,
  userId: string,
  sessionId: string,
): Promise<Revocation[] | undefined> =>
  inTransaction(db, async (trx) => {
    const own = await openSessionsOf(trx, userId).select('id').where('id', '=', sessionId).executeTakeFirst();
    return own && endSessions(trx, [own.id]);
  });

/**
 * Ends all of a user's sessions, but for one to keep, in the caller's transaction, which has locked the account so
 * that no further session opens meanwhile.
 */
export async function endSessionsOf(
  trx: Transaction<UserTables>,
  userId: string,
  keptSessionId?: string,
): Promise<Revocation[]> {
  const open = await openSessionsOf(trx, userId)
    .select('id')
    .$if(keptSessionId !== undefined, (query) => query.where('id', '<>', keptSessionId ?? ''))
    .execute();
  return endSessions(
    trx,
    open.map(({ id }) => id),
  );
}

/** Drops sessions (and with them their refresh tokens) a day after they ended or expired. */
export async function forgetOldSessions(db: Kysely<UserTables>): Promise<void> {
  await sql`DELETE FROM sessions WHERE expires_at < now() - interval '1 day'
    OR ended_at < now() - interval '1 day'`.execute(db);
}
