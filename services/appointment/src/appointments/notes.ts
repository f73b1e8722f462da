import type { AuditAction } from '@consulta/contracts';
import type { QueryExecutorProvider } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { recordAccess } from '../audit/record.ts';
import type { Participants } from './change.ts';

/** Records that the actor read or wrote an appointment's note, which is medical data. */
export const recordNote = (
  trx: QueryExecutorProvider,
  actor: Actor,
  { id, patient_id }: Pick<Participants, 'id' | 'patient_id'>,
  action: AuditAction,
): Promise<void> =>
  recordAccess(trx, actor, {
    action,
    resource: { kind: 'note', id },
    appointmentId: id,
    patientId: patient_id,
  });
