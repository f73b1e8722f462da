import { isUuid, type PageQuery } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { decodeCursor, pageOf, type RowPage } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Selectable, sql } from 'kysely';
import type { Actor } from '../../../audit/actor.ts';
import { auditedRead } from '../../../audit/record.ts';
import type { Db } from '../queries.ts';
import type { FileGrantsTable } from '../tables.ts';

export type GrantRow = Selectable<FileGrantsTable>;

/** Whether the file is the caller's own. */
export async function ownsFile(db: Db, caller: Caller, fileId: string): Promise<boolean> {
  const row = await db
    .selectFrom('files')
    .select('id')
    .where('id', '=', fileId)
    .where('patient_id', '=', caller.userId)
    .executeTakeFirst();
  return row !== undefined;
}

/** A grant of one of the caller's files that was not taken back; it may have ended. */
export const findStanding = (db: Db, caller: Caller, grantId: string): Promise<GrantRow | undefined> =>
  db
    .selectFrom('file_accesses')
    .innerJoin('files', 'files.id', 'file_accesses.file_id')
    .selectAll('file_accesses')
    .where('file_accesses.id', '=', grantId)
    .where('files.patient_id', '=', caller.userId)
    .where('file_accesses.revoked_at', 'is', null)
    .executeTakeFirst();

/** One page of a file's grants that were not taken back, newest first; throws 404 when it is not the actor's file. */
export async function listGrants(
  db: Db,
  actor: Actor,
  fileId: string,
  query: PageQuery,
): Promise<RowPage<GrantRow>> {
  const limit = query.limit ?? 20;
  const [after] = query.cursor ? decodeCursor(query.cursor, [isUuid]) : [null];
  const subject = sql`SELECT id AS resource_id, appointment_id, patient_id, patient_id = ${actor.userId} AS allowed
    FROM files WHERE id = ${fileId}`;
  const answer = sql`SELECT found.* FROM subject s LEFT JOIN LATERAL (
      SELECT * FROM file_accesses a WHERE a.file_id = s.resource_id AND a.revoked_at IS NULL
        AND (${after}::uuid IS NULL OR a.id < ${after}::uuid)
      ORDER BY a.id DESC LIMIT ${limit + 1}
    ) found ON true WHERE s.allowed`;
  const what = { action: 'list', kind: 'file_access' } as const;
  const { rows } = await auditedRead<GrantRow | { id: null }>(db, actor, what, { subject, answer });
  if (rows.length === 0) throw problem('not_found');
  const found = rows.filter((row): row is GrantRow => row.id !== null);
  return pageOf(found, limit, (last) => [last.id]);
}
