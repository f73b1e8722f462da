import { peopleCalls } from '@consulta/contracts';
import { type Routes, serve } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';
import { fullAddress } from './queries.ts';

/** What a medical document says of its doctor and patient; read afresh each time, since it holds a CPF. */
export const reportIdentityRoutes =
  (db: Kysely<UserTables>): Routes =>
  async (app) => {
    serve(app, peopleCalls.reportIdentities, async ({ doctorId, patientId }) => {
      const [doctor, patient] = await Promise.all([findDoctor(db, doctorId), findPatient(db, patientId)]);
      if (!doctor?.address || !patient?.cpf) return { identities: null };
      return {
        identities: {
          doctor: {
            fullName: doctor.full_name,
            crm: { number: doctor.crm_number, state: doctor.crm_state },
            rqes: doctor.rqes,
            address: fullAddress(doctor.address),
          },
          patient: { fullName: patient.full_name, socialName: patient.social_name, cpf: patient.cpf },
        },
      };
    });
  };

const findDoctor = (db: Kysely<UserTables>, id: string) =>
  db
    .selectFrom('users')
    .innerJoin('doctors', 'doctors.user_id', 'users.id')
    .select(['full_name', 'address', 'crm_number', 'crm_state', 'rqes'])
    .where('id', '=', id)
    .executeTakeFirst();

const findPatient = (db: Kysely<UserTables>, id: string) =>
  db
    .selectFrom('users')
    .select(['full_name', 'social_name', 'cpf'])
    .where('id', '=', id)
    .where('role', '=', 'patient')
    .executeTakeFirst();
