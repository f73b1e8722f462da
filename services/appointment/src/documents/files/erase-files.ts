import { type QueryExecutorProvider, sql } from 'kysely';

/**
 * Removes all files of a patient whose account is erased, with their names and grants. The blobs go with the
 * next sweep; without their data keys, which the rows held, they can't be read.
 */
export async function eraseFilesOf(trx: QueryExecutorProvider, patientId: string): Promise<void> {
  await sql`DELETE FROM files WHERE patient_id = ${patientId}`.execute(trx);
  await sql`DELETE FROM file_usage WHERE patient_id = ${patientId}`.execute(trx);
}
