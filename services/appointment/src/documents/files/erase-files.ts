import { type QueryExecutorProvider, sql } from 'kysely';
import { auditedWrite, type Recorded } from '../../audit/record.ts';

/**
 * Removes all files of a patient whose account is deleted, with their names and grants. Answers under which keys their
 * blobs lie: those may be deleted once the transaction is committed, and go with the sweeper else. Without their data
 * keys, which the rows held, they can't be read.
 */
export async function eraseFilesOf(
  trx: QueryExecutorProvider,
  actor: Recorded,
  patientId: string,
): Promise<string[]> {
  const { rows } = await auditedWrite<{ storage_key: string }>(
    trx,
    actor,
    { action: 'delete', kind: 'file' },
    sql`DELETE FROM files WHERE patient_id = ${patientId}
      RETURNING id AS resource_id, appointment_id, patient_id, storage_key`,
  );
  await sql`DELETE FROM file_usage WHERE patient_id = ${patientId}`.execute(trx);
  return rows.map((row) => row.storage_key);
}

/** Takes back every grant to a doctor whose account is deleted. */
export async function revokeGrantsTo(
  trx: QueryExecutorProvider,
  actor: Recorded,
  doctorId: string,
): Promise<void> {
  await auditedWrite(
    trx,
    actor,
    { action: 'revoke', kind: 'file' },
    sql`UPDATE file_accesses a SET revoked_at = now() FROM files f
      WHERE a.doctor_id = ${doctorId} AND a.revoked_at IS NULL AND f.id = a.file_id
      RETURNING f.id AS resource_id, f.appointment_id, f.patient_id`,
  );
}
