import type { BlobStore } from '@consulta/platform/blobs';
import { inTransaction } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { type QueryExecutorProvider, sql } from 'kysely';
import type { Actor } from '../../audit/actor.ts';
import { recordAccess } from '../../audit/record.ts';
import type { FileRow } from './open-file.ts';
import { type Db, recordRefusal } from './queries.ts';

export type DeleteDeps = { db: Db; blobs: BlobStore; log: Log };

/**
 * Deletes the patient's own file; throws 404 when it is not theirs. The row goes first: what is left of the blob if this process dies then is swept up.
 */
export async function deleteFile(deps: DeleteDeps, actor: Actor, fileId: string): Promise<void> {
  const gone = await inTransaction(deps.db, async (trx) => {
    const row = await deleteOwnFile(trx, actor, fileId);
    if (!row) return undefined;
    await recordAccess(trx, actor, {
      action: 'delete',
      resource: { kind: 'file', id: fileId },
      appointmentId: row.appointment_id,
      patientId: actor.userId,
    });
    return row;
  });
  if (!gone) {
    await recordRefusal(deps.db, actor, fileId, { action: 'delete', kind: 'file' });
    throw problem('not_found');
  }
  await deps.blobs.delete(gone.storage_key).catch((error: unknown) => {
    deps.log.warn({ err: error, fileId }, 'a deleted file is left for the sweeper');
  });
}

/** Removes the patient's file and gives its space back; answers what was removed. */
async function deleteOwnFile(
  trx: QueryExecutorProvider,
  actor: Actor,
  fileId: string,
): Promise<Pick<FileRow, 'appointment_id' | 'storage_key'> | undefined> {
  const { rows } = await sql<Pick<FileRow, 'appointment_id' | 'storage_key'>>`WITH gone AS (
      DELETE FROM files WHERE id = ${fileId} AND patient_id = ${actor.userId}
      RETURNING patient_id, size_bytes, appointment_id, storage_key
    ), used AS (
      UPDATE file_usage u SET bytes = u.bytes - gone.size_bytes FROM gone WHERE u.patient_id = gone.patient_id
    ) SELECT appointment_id, storage_key FROM gone`.execute(trx);
  return rows[0];
}
