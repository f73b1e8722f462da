import {
  AcquaintedDoctor,
  AcquaintedPatient,
  erasedName,
  PageQuery,
  type PersonContact,
  page,
} from '@consulta/contracts';
import { callerOf, type Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { FindContacts } from '../people/contacts.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentTables } from '../tables.ts';
import { listRelations, type Relation } from './queries.ts';

export type RelationDeps = {
  db: Kysely<AppointmentTables>;
  people: PeopleDirectory;
  findContacts: FindContacts;
};

/** Whom a patient and a doctor know from their appointments. */
export const relationRoutes =
  ({ db, people, findContacts }: RelationDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/users/me/doctors',
      config: { permission: 'acquaintance:list-doctors', perMinute: 300 },
      schema: {
        operationId: 'listOwnDoctors',
        summary: "List one's doctors",
        description: 'Those the patient has, or had, an appointment with.',
        tags: ['people'],
        querystring: PageQuery,
        response: { 200: page(AcquaintedDoctor) },
      },
      handler: async (request) => {
        const { rows, nextCursor } = await listRelations(db, callerOf(request), request.query);
        return { items: await Promise.all(rows.map((row) => showDoctor(row, people))), nextCursor };
      },
    });
    app.route({
      method: 'GET',
      url: '/users/me/patients',
      config: { permission: 'acquaintance:list-patients', perMinute: 300 },
      schema: {
        operationId: 'listOwnPatients',
        summary: "List one's patients",
        description: 'Those the doctor has, or had, an appointment with.',
        tags: ['people'],
        querystring: PageQuery,
        response: { 200: page(AcquaintedPatient) },
      },
      handler: async (request) => {
        const { rows, nextCursor } = await listRelations(db, callerOf(request), request.query);
        const contacts = await findContacts(rows.map(({ person_id }) => person_id));
        return { items: rows.map((row) => showPatient(row, contacts.get(row.person_id))), nextCursor };
      },
    });
  };

const meetings = ({ last_at, next_at }: Relation) => ({
  lastAppointmentAt: last_at?.toISOString() ?? null,
  nextAppointmentAt: next_at?.toISOString() ?? null,
});

async function showDoctor(row: Relation, people: PeopleDirectory): Promise<AcquaintedDoctor> {
  const person = await people.find(row.person_id);
  const doctor = {
    id: row.person_id,
    fullName: person?.fullName ?? erasedName,
    honorific: person?.doctor?.honorific ?? null,
    crm: person?.doctor?.crm ?? null,
    specialties: person?.doctor?.specialties ?? [],
    address: person?.doctor?.address ?? null,
  };
  return { doctor, ...meetings(row) };
}

function showPatient(row: Relation, contact: PersonContact | undefined): AcquaintedPatient {
  const patient = {
    id: row.person_id,
    fullName: contact?.fullName ?? erasedName,
    socialName: contact?.socialName ?? null,
    birthDate: contact?.birthDate ?? null,
    phone: contact?.phone ?? null,
  };
  return { patient, ...meetings(row) };
}
