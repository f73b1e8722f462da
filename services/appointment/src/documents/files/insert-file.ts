import { type QueryExecutorProvider, sql } from 'kysely';
import type { FileRow } from './open-file.ts';

export type NewFile = Omit<FileRow, 'created_at'>;

/**
 * Adds a file's row if the patient's quota allows it; undefined when it does not. Usage and row change
 * together, and uploads of one patient wait for each other on the usage row, so no race goes past the quota.
 */
export async function insertFile(
  trx: QueryExecutorProvider,
  file: NewFile,
  quotaBytes: number,
): Promise<FileRow | undefined> {
  const { rows } = await sql<FileRow>`WITH used AS (
      INSERT INTO file_usage AS u (patient_id, bytes)
      SELECT ${file.patient_id}::uuid, ${file.size_bytes}::bigint WHERE ${file.size_bytes}::bigint <= ${quotaBytes}
      ON CONFLICT (patient_id) DO UPDATE SET bytes = u.bytes + excluded.bytes
        WHERE u.bytes + excluded.bytes <= ${quotaBytes}
      RETURNING 1)
    INSERT INTO files (id, appointment_id, patient_id, storage_key, name_sealed, content_key, media_type,
      size_bytes, sha256)
    SELECT ${file.id}::uuid, ${file.appointment_id}::uuid, ${file.patient_id}::uuid, ${file.storage_key},
      ${file.name_sealed}::bytea, ${file.content_key}::bytea, ${file.media_type}, ${file.size_bytes}::bigint,
      ${file.sha256}::bytea
    FROM used RETURNING *`.execute(trx);
  return rows[0];
}
