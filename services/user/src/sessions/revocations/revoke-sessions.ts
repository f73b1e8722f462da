import type { Revocation } from '@consulta/contracts';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../../tables.ts';
import { accessTokenSeconds } from '../../tokens/access-token.ts';
import { asRevocation } from './queries.ts';

/** Notes, in the caller's transaction, that these sessions' access tokens no longer count. */
export async function revokeSessions(db: Kysely<UserTables>, sessionIds: string[]): Promise<Revocation[]> {
  if (sessionIds.length === 0) return [];
  const rows = await db
    .insertInto('revocations')
    .values(sessionIds.map((id) => ({ kind: 'session' as const, target_id: id })))
    .returning(['kind', 'target_id', 'at'])
    .execute();
  return rows.map(asRevocation);
}

/**
 * Notes, in the caller's transaction, that no access token of a user counts any more, and tells by the same row every
 * process that the account is another one now.
 */
export async function revokeUser(db: Kysely<UserTables>, userId: string): Promise<Revocation[]> {
  const rows = await db
    .insertInto('revocations')
    .values({ kind: 'user', target_id: userId })
    .returning(['kind', 'target_id', 'at'])
    .execute();
  return rows.map(asRevocation);
}

/** Drops revocations that outlived every token they could concern. */
export const forgetOldRevocations = (db: Kysely<UserTables>) =>
  sql`DELETE FROM revocations WHERE at < now() - interval '1 second' * ${accessTokenSeconds + 300}`.execute(
    db,
  );
