import { type QueryExecutorProvider, sql } from 'kysely';
import { recordChanges, systemActor } from '../audit/record.ts';

/**
 * Hangs an appointment's files on the one that replaces it, and records that. Grants hang on their files, so they stay.
 */
export const takeFilesAlong = (
  trx: QueryExecutorProvider,
  { from, to }: { from: string; to: string },
): Promise<void> =>
  recordChanges(
    trx,
    systemActor,
    'file',
    sql`UPDATE files SET appointment_id = ${to} WHERE appointment_id = ${from}
      RETURNING id AS resource_id, appointment_id, patient_id`,
  );
