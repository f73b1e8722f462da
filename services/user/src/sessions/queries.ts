import { randomUUIDv7 } from 'node:crypto';
import type { Revocation, Role, Session } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Identifier } from '../signing-in/identifier.ts';
import type { UserTables } from '../tables.ts';
import { hashOfRefreshToken, newRefreshToken } from './refresh-token.ts';
import { revokeSessions } from './revocations/queries.ts';

export const sessionDays = 30;
const sessionEnd = sql<Date>`now() + interval '1 day' * ${sessionDays}`;

export type Credentials = { userId: string; role: Role; passwordHash: string };
/** A session that was opened or goes on, with the refresh token that continues it. */
export type OpenSession = { userId: string; role: Role; sessionId: string; refreshToken: string };

/** The account that an identifier names. */
export async function findCredentials(
  db: Kysely<UserTables>,
  identifier: Identifier,
): Promise<Credentials | undefined> {
  let query = db.selectFrom('users').select(['id', 'role', 'password_hash']);
  if (identifier.kind === 'email') {
    query = query.where(sql`lower(email)`, '=', sql`lower(${identifier.email})`);
  } else if (identifier.kind === 'cpf') {
    query = query.where('cpf', '=', identifier.cpf);
  } else {
    query = query.where('id', '=', (eb) =>
      eb
        .selectFrom('doctors')
        .select('user_id')
        .where(sql`ltrim(crm_number, '0')`, '=', sql`ltrim(${identifier.number}, '0')`)
        .where(sql`crm_state`, '=', identifier.state),
    );
  }
  const row = await query.executeTakeFirst();
  return row && { userId: row.id, role: row.role, passwordHash: row.password_hash };
}

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
  if (!session) throw problem('unauthorized', 'The session has ended');
  return account;
}

export type Rotation =
  | { outcome: 'rotated'; session: OpenSession }
  | { outcome: 'reused'; revoked: Revocation[] }
  | { outcome: 'unknown' };

/**
 * Exchanges a refresh token for the next one. A token that was used before tells of a theft, and nobody can
 * say whose copy is the thief's: then its whole family ends (RFC 9700, 4.14.2).
 */
export const rotateRefreshToken = (db: Kysely<UserTables>, token: string): Promise<Rotation> =>
  inTransaction(db, async (trx) => {
    const found = await lockSessionOf(trx, token);
    if (!found) return { outcome: 'unknown' };
    if (found.used_at !== null) {
      return { outcome: 'reused', revoked: await endSessions(trx, [found.session_id]) };
    }
    const next = newRefreshToken();
    await trx
      .updateTable('refresh_tokens')
      .set({ used_at: sql<Date>`now()` })
      .where('hash', '=', hashOfRefreshToken(token))
      .execute();
    await trx
      .insertInto('refresh_tokens')
      .values({ hash: next.hash, session_id: found.session_id })
      .execute();
    await trx
      .updateTable('sessions')
      .set({ last_used_at: sql<Date>`now()`, expires_at: sessionEnd })
      .where('id', '=', found.session_id)
      .execute();
    const { user_id: userId, session_id: sessionId, role } = found;
    return { outcome: 'rotated', session: { userId, sessionId, role, refreshToken: next.token } };
  });

/** Ends the session of a refresh token, also of one used already; undefined when no open session knows it. */
export const endSessionOf = (db: Kysely<UserTables>, token: string): Promise<Revocation[] | undefined> =>
  inTransaction(db, async (trx) => {
    const found = await lockSessionOf(trx, token);
    return found && endSessions(trx, [found.session_id]);
  });

/** The open session a refresh token belongs to, locked so that two uses of a token follow each other. */
async function lockSessionOf(trx: Transaction<UserTables>, token: string) {
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
  const { used_at } = await trx
    .selectFrom('refresh_tokens')
    .select('used_at')
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow();
  return { ...session, used_at };
}

/** Ends sessions for good: their refresh tokens go, their access tokens are revoked. */
async function endSessions(trx: Transaction<UserTables>, sessionIds: string[]): Promise<Revocation[]> {
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

const openSessionsOf = (db: Kysely<UserTables>, userId: string) =>
  db
    .selectFrom('sessions')
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`);

/** Drops sessions (and with them their refresh tokens) a day after they ended or expired. */
export async function forgetOldSessions(db: Kysely<UserTables>): Promise<void> {
  await sql`DELETE FROM sessions WHERE expires_at < now() - interval '1 day'
    OR ended_at < now() - interval '1 day'`.execute(db);
}
