import type { Session } from '@consulta/contracts';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';
import { hashOfRefreshToken } from './refresh-token.ts';

/** How long a used refresh token may come again, in seconds. */
const graceSeconds = 20;

/**
 * The open session a refresh token belongs to, locked so that two uses of a token follow each other; of a used token
 * also whether it may be used once more.
 */
export async function lockSessionOf(trx: Transaction<UserTables>, token: string) {
  const hash = hashOfRefreshToken(token);
  const session = await trx
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id as session_id', 'user_id', 'role'])
    .where('sessions.id', '=', (eb) =>
      eb.selectFrom('refresh_tokens').select('session_id').where('hash', '=', hash),
    )
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .forUpdate('sessions')
    .executeTakeFirst();
  if (!session) return undefined;
  const uses = await trx
    .selectFrom('refresh_tokens')
    .select(['used_at', withinGrace.as('within_grace')])
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow();
  return { ...session, ...uses };
}

const withinGrace = sql<boolean>`used_again_at IS NULL
  AND coalesce(used_at > clock_timestamp() - interval '1 second' * ${graceSeconds}, false)`;

/** A page of the caller's open sessions, newest first. */
export async function listSessions(
  db: Kysely<UserTables>,
  caller: { userId: string; sessionId: string },
  { limit, before }: { limit: number; before: string | undefined },
): Promise<Session[]> {
  const rows = await openSessionsOf(db, caller.userId)
    .select(['id', 'created_at', 'last_used_at', 'expires_at', 'user_agent'])
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    userAgent: row.user_agent,
    current: row.id === caller.sessionId,
  }));
}

export const openSessionsOf = (db: Kysely<UserTables>, userId: string) =>
  db
    .selectFrom('sessions')
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`);
