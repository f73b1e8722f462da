import type { VerificationState } from '@consulta/contracts';
import { enqueue, inTransaction, problem } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import { refreshDirectory } from '../directory/refresh.ts';
import type { UserTables } from '../tables.ts';
import { nextVerification, type VerificationStep } from './rules.ts';

/**
 * Takes a step in a doctor's verification, with the event it makes true. Throws 404 for somebody who is no
 * doctor and 409 `invalid_verification` when the state forbids the step.
 *
 * @param reason why the doctor is suspended; only for that step
 */
export const stepVerification = (
  db: Kysely<UserTables>,
  doctorId: string,
  step: VerificationStep,
  reason: string | null,
): Promise<void> =>
  inTransaction(db, async (trx) => {
    const doctor = await trx
      .selectFrom('doctors')
      .select(['verification', 'verified_at'])
      .where('user_id', '=', doctorId)
      .forUpdate()
      .executeTakeFirst();
    if (!doctor) throw problem('not_found');
    const next = nextVerification(doctor.verification, step, doctor.verified_at !== null);
    if (!next) throw problem('invalid_verification', `The doctor is ${doctor.verification}`);
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
  });

/** Doctors as an administrator sees them, in order of registration. */
export const listDoctors = (
  db: Kysely<UserTables>,
  filter: { verification: VerificationState | undefined; after: string | undefined; limit: number },
) =>
  doctorsForAdmin(db)
    .$if(filter.verification !== undefined, (query) =>
      query.where('verification', '=', filter.verification ?? 'pending'),
    )
    .$if(filter.after !== undefined, (query) => query.where('user_id', '>', filter.after ?? ''))
    .orderBy('user_id')
    .limit(filter.limit)
    .execute();

/** One of them. Throws 404. */
export async function readDoctorForAdmin(db: Kysely<UserTables>, doctorId: string) {
  const row = await doctorsForAdmin(db).where('user_id', '=', doctorId).executeTakeFirst();
  if (!row) throw problem('not_found');
  return row;
}

const doctorsForAdmin = (db: Kysely<UserTables>) =>
  db
    .selectFrom('doctors')
    .innerJoin('users', 'users.id', 'doctors.user_id')
    .select(['users.id', 'full_name', 'email', 'address', 'created_at'])
    .select(['crm_number', 'crm_state', 'specialties', 'verification', 'suspension_reason']);
export type AdminDoctorRow = Awaited<ReturnType<typeof readDoctorForAdmin>>;
