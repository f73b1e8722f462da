import type { VerificationState } from '@consulta/contracts';
import { enqueue } from '@consulta/platform/messaging';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { RqeRow, UserTables } from '../tables.ts';

/** What an administrator verifies of a doctor, beside the CRM, which does not change. */
export type Qualifications = {
  full_name: string;
  social_name: string | null;
  specialties: string[];
  rqes: RqeRow[];
};

/** A doctor's qualifications as they are, and kept so for the caller's transaction. */
export async function lockQualifications(
  trx: Transaction<UserTables>,
  doctorId: string,
): Promise<Qualifications> {
  await trx.selectFrom('doctors').select('user_id').where('user_id', '=', doctorId).forUpdate().execute();
  return readQualifications(trx, doctorId);
}

/**
 * After a change, in its transaction: where it touched what an administrator verified, the doctor is another version
 * of themselves, and where administrators verify, waits again, is not found and cannot be booked. The mark of an
 * earlier verification goes too, so that who is reinstated from a suspension waits as well.
 */
export async function noteRequalification(
  trx: Transaction<UserTables>,
  doctorId: string,
  before: Qualifications,
  doctorVerification: 'manual' | 'auto',
): Promise<void> {
  if (sameQualifications(before, await readQualifications(trx, doctorId))) return;
  const again = doctorVerification === 'manual';
  const { rows } = await sql<{ was: VerificationState }>`UPDATE doctors SET revision = revision + 1,
      verification = CASE WHEN ${again} AND verification = 'verified' THEN 'pending' ELSE verification END,
      verified_at = CASE WHEN ${again} THEN NULL ELSE verified_at END
    WHERE user_id = ${doctorId} RETURNING old.verification AS was`.execute(trx);
  if (again && rows[0]?.was === 'verified') await enqueue(trx, 'doctor_bookability_changed', [doctorId]);
}

const readQualifications = (db: Kysely<UserTables>, doctorId: string): Promise<Qualifications> =>
  db
    .selectFrom('users')
    .innerJoin('doctors', 'doctors.user_id', 'users.id')
    .select(['full_name', 'social_name', 'specialties', 'rqes'])
    .where('users.id', '=', doctorId)
    .executeTakeFirstOrThrow();

/** Whether only the order of specialties or RQEs differs, or nothing. */
export function sameQualifications(one: Qualifications, other: Qualifications): boolean {
  const comparable = ({ full_name, social_name, specialties, rqes }: Qualifications) =>
    JSON.stringify([
      full_name,
      social_name,
      specialties.toSorted(),
      rqes.map(({ specialty, number }) => `${specialty} ${number}`).sort(),
    ]);
  return comparable(one) === comparable(other);
}
