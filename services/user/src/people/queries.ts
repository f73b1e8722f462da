import type { Address, User } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';
import { showEmail } from './email.ts';

/** A user as they see themselves. Throws 404 when there is none. */
export async function readUser(db: Kysely<UserTables>, userId: string): Promise<User> {
  const row = await selectUser(db, userId);
  if (!row) throw problem('not_found');
  return {
    id: row.id,
    role: row.role,
    fullName: row.full_name,
    socialName: row.social_name,
    birthDate: row.birth_date,
    email: showEmail(row.email),
    cpf: row.cpf,
    phone: row.phone,
    address: row.address && fullAddress(row.address),
    ...doctorPart(row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** An address with every member, also those left out when it was given. */
export const fullAddress = (address: Address): Address => ({
  ...address,
  complement: address.complement ?? null,
});

const selectUser = (db: Kysely<UserTables>, userId: string) =>
  db
    .selectFrom('users')
    .leftJoin('doctors', 'doctors.user_id', 'users.id')
    .leftJoin('doctor_directory', 'doctor_directory.doctor_id', 'users.id')
    .select([
      'id',
      'role',
      'users.full_name',
      'social_name',
      'birth_date',
      'email',
      'cpf',
      'phone',
      'address',
    ])
    .select(['users.created_at', 'users.updated_at', 'bio', 'doctors.honorific', 'verification'])
    .select(['doctors.crm_number', 'doctors.crm_state', 'doctors.specialties', 'doctors.rqes'])
    .select(['doctors.consultation_price_cents', 'doctors.insurances', 'doctors.modes'])
    .select(['rating_average', 'rating_count'])
    .where('users.id', '=', userId)
    .executeTakeFirst();
type UserRow = NonNullable<Awaited<ReturnType<typeof selectUser>>>;

function doctorPart(row: UserRow): Pick<User, 'doctor'> {
  if (row.crm_number === null || row.crm_state === null || row.verification === null) return {};
  return {
    doctor: {
      crm: { number: row.crm_number, state: row.crm_state },
      honorific: row.honorific,
      specialties: row.specialties ?? [],
      rqes: row.rqes ?? [],
      bio: row.bio,
      consultationPriceCents: row.consultation_price_cents ?? 0,
      insurances: row.insurances ?? [],
      modes: row.modes ?? [],
      verification: row.verification,
      rating: { average: row.rating_average, count: row.rating_count ?? 0 },
    },
  };
}
