import type { Revocation, Revocations } from '@consulta/contracts';
import { accessTokenSeconds } from '@consulta/platform/auth';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../../tables.ts';

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

const asRevocation = (row: { kind: Revocation['kind']; target_id: string; at: Date }): Revocation => ({
  kind: row.kind,
  id: row.target_id,
  at: row.at.toISOString(),
});

/** What was revoked since an instant, and the database's time of reading, from which to ask next. */
export async function readRevocations(db: Kysely<UserTables>, since: string): Promise<Revocations> {
  const { rows: times } = await sql<{ now: Date }>`SELECT now()`.execute(db);
  const rows = await db
    .selectFrom('revocations')
    .select(['kind', 'target_id', 'at'])
    .where('at', '>=', new Date(since))
    .orderBy('at')
    .execute();
  return { now: (times[0]?.now ?? new Date(since)).toISOString(), items: rows.map(asRevocation) };
}

/** Drops revocations that outlived every token they could concern. */
export const forgetOldRevocations = (db: Kysely<UserTables>) =>
  sql`DELETE FROM revocations WHERE at < now() - interval '1 second' * ${accessTokenSeconds + 300}`.execute(
    db,
  );
