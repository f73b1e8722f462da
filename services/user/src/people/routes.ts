import { type PersonCard, peopleCalls } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';
import { fullAddress } from './queries.ts';

/** How people are shown beside what other services keep. */
export const peopleRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    serve(app, peopleCalls.lookup, async ({ ids }) => ({ people: (await findPeople(db, ids)).map(asCard) }));
    serve(app, peopleCalls.contacts, async ({ ids }) => ({ people: await findContacts(db, ids) }));
  };

const findPeople = (db: Kysely<UserTables>, ids: string[]) =>
  db
    .selectFrom('users')
    .leftJoin('doctors', 'doctors.user_id', 'users.id')
    .select(['id', 'role', 'full_name', 'social_name', 'address'])
    .select(['crm_number', 'crm_state', 'honorific', 'specialties', 'modes', 'verification'])
    .where('id', '=', (eb) => eb.fn.any(eb.val(ids)))
    .execute();
type PersonRow = Awaited<ReturnType<typeof findPeople>>[number];

function asCard(row: PersonRow): PersonCard {
  const person = { id: row.id, role: row.role, fullName: row.full_name, socialName: row.social_name };
  const { crm_number: number, crm_state: state, verification, address } = row;
  if (number === null || state === null || verification === null || address === null) return person;
  const doctor = {
    crm: { number, state },
    honorific: row.honorific,
    specialties: row.specialties ?? [],
    modes: row.modes ?? [],
    address: fullAddress(address),
    verification,
  };
  return { ...person, doctor };
}

const findContacts = (db: Kysely<UserTables>, ids: string[]) =>
  db
    .selectFrom('users')
    .select(['id', 'full_name as fullName', 'social_name as socialName', 'birth_date as birthDate', 'phone'])
    .where('id', '=', (eb) => eb.fn.any(eb.val(ids)))
    .execute();
