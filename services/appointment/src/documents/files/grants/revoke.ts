import { inTransaction } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';
import { sql } from 'kysely';
import type { Actor } from '../../../audit/actor.ts';
import { recordAccess } from '../../../audit/record.ts';
import { type Db, recordRefusal } from '../queries.ts';
import { ownsFile } from './queries.ts';

/** Takes a grant back; throws 404 when the file is not the actor's or the grant not live. */
export async function revoke(db: Db, actor: Actor, fileId: string, grantId: string): Promise<void> {
  const revoked = await inTransaction(db, async (trx) => {
    const { rows } = await sql<{ appointment_id: string }>`UPDATE file_accesses a SET revoked_at = now()
      FROM files f WHERE a.id = ${grantId} AND a.revoked_at IS NULL AND a.file_id = ${fileId}
        AND f.id = a.file_id AND f.patient_id = ${actor.userId} RETURNING f.appointment_id`.execute(trx);
    const [row] = rows;
    if (!row) return false;
    await recordAccess(trx, actor, {
      action: 'revoke',
      resource: { kind: 'file', id: fileId },
      appointmentId: row.appointment_id,
      patientId: actor.userId,
    });
    return true;
  });
  if (revoked) return;
  if (!(await ownsFile(db, actor, fileId))) {
    await recordRefusal(db, actor, fileId, { action: 'revoke', kind: 'file' });
  }
  throw problem('not_found');
}
