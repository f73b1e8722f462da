import type { Revocation, Revocations } from '@consulta/contracts';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../../tables.ts';

export const asRevocation = (row: { kind: Revocation['kind']; target_id: string; at: Date }): Revocation => ({
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
