import { details, type Revocation } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type IdempotencyKey, isFirstUse } from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import { refreshDirectory } from '../directory/refresh.ts';
import { endSessionsOf } from '../sessions/end-sessions.ts';
import type { UserTables } from '../tables.ts';
import { nextVerification, type VerificationStep } from './rules.ts';

export type StepTaken = {
  step: VerificationStep;
  /** Why the doctor is suspended; null for any other step. */
  reason: string | null;
  /** Whether the administrator saw this version of the doctor. */
  saw: (revision: number) => boolean;
  key: IdempotencyKey | undefined;
};

/**
 * Takes a step in a doctor's verification, with the events it makes true. A suspension ends the doctor's sessions;
 * answers what to announce of that. Throws 404 for somebody who is no doctor, 409 `invalid_verification` when the
 * state forbids the step and 412 `stale_version` when the doctor is not as the administrator saw them. A repeat of its
 * key takes no step.
 */
export const stepVerification = (
  db: Kysely<UserTables>,
  doctorId: string,
  { step, reason, saw, key }: StepTaken,
): Promise<Revocation[]> =>
  inTransaction(db, async (trx) => {
    const doctor = await lockDoctor(trx, doctorId);
    if (!(await isFirstUse(trx, key, doctorId))) return [];
    if (!saw(doctor.revision)) throw problem('stale_version', details.doctorRevision(doctor.revision));
    const next = nextVerification(doctor.verification, step, doctor.verified_at !== null);
    if (!next) throw problem('invalid_verification', details.doctorIs(doctor.verification));
    await trx
      .updateTable('doctors')
      .set({
        verification: next,
        suspension_reason: next === 'suspended' ? reason : null,
        ...(step === 'verify' ? { verified_at: sql<Date>`now()` } : {}),
      })
      .where('user_id', '=', doctorId)
      .execute();
    await refreshDirectory(trx, [doctorId]);
    if ((doctor.verification === 'verified') !== (next === 'verified')) {
      await enqueue(trx, 'doctor_bookability_changed', [doctorId]);
    }
    await enqueue(trx, 'person_changed', [doctorId]);
    return next === 'suspended' ? endSessionsOf(trx, doctorId) : [];
  });

/** The doctor, and the account first, as everything that opens or ends all of its sessions does. */
async function lockDoctor(trx: Transaction<UserTables>, doctorId: string) {
  await trx.selectFrom('users').select('id').where('id', '=', doctorId).forNoKeyUpdate().execute();
  const doctor = await trx
    .selectFrom('doctors')
    .select(['verification', 'verified_at', 'revision'])
    .where('user_id', '=', doctorId)
    .forUpdate()
    .executeTakeFirst();
  if (!doctor) throw problem('not_found');
  return doctor;
}
