import type { VerificationState } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';

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
    .select(['users.id', 'full_name', 'social_name', 'email', 'address', 'created_at'])
    .select([
      'crm_number',
      'crm_state',
      'specialties',
      'rqes',
      'verification',
      'suspension_reason',
      'revision',
    ]);
export type AdminDoctorRow = Awaited<ReturnType<typeof readDoctorForAdmin>>;
