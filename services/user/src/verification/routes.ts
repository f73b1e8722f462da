import { AdminDoctor, AdminDoctorQuery, IdParams, page, SuspendDoctor } from '@consulta/contracts';
import { decodeCursor, encodeCursor, isUuid, type Routes } from '@consulta/platform';
import type { Kysely } from 'kysely';
import type { Static } from 'typebox';
import type { UserTables } from '../tables.ts';
import { type AdminDoctorRow, listDoctors, readDoctorForAdmin, stepVerification } from './queries.ts';
import type { VerificationStep } from './rules.ts';

type Deps = { db: Kysely<UserTables>; wakeRelay: () => void };
const tags = ['administration'];
const config = { permission: 'doctor:administer', perMinute: 300 } as const;

/** Administrators verify, suspend and reinstate doctors. */
export const verificationRoutes = ({ db, wakeRelay }: Deps): Routes => {
  const take = async (doctorId: string, step: VerificationStep, reason: string | null) => {
    await stepVerification(db, doctorId, step, reason);
    wakeRelay();
    return asAdminDoctor(await readDoctorForAdmin(db, doctorId));
  };
  return async (app) => {
    app.get(
      '/admin/doctors',
      {
        config,
        schema: {
          summary: 'Doctors by verification',
          tags,
          querystring: AdminDoctorQuery,
          response: { 200: page(AdminDoctor) },
        },
      },
      async (request) => {
        const { verification, cursor, limit = 20 } = request.query;
        const after = cursor === undefined ? undefined : String(decodeCursor(cursor, [isUuid])[0]);
        const rows = await listDoctors(db, { verification, after, limit: limit + 1 });
        const items = rows.slice(0, limit).map(asAdminDoctor);
        const last = items.at(-1);
        return { items, nextCursor: last && rows.length > limit ? encodeCursor([last.id]) : null };
      },
    );

    for (const step of ['verify', 'reinstate'] as const) {
      app.post(
        `/admin/doctors/:id/${step}`,
        {
          config,
          schema: {
            summary: step === 'verify' ? 'Verify a doctor' : 'Lift a suspension',
            tags,
            params: IdParams,
            response: { 200: AdminDoctor },
          },
        },
        async (request) => take(request.params.id, step, null),
      );
    }

    app.post(
      '/admin/doctors/:id/suspend',
      {
        config,
        schema: {
          summary: 'Suspend a doctor: not found, not booked',
          tags,
          params: IdParams,
          body: SuspendDoctor,
          response: { 200: AdminDoctor },
        },
      },
      async (request) => take(request.params.id, 'suspend', request.body.reason),
    );
  };
};

const asAdminDoctor = (row: AdminDoctorRow): Static<typeof AdminDoctor> => ({
  id: row.id,
  fullName: row.full_name,
  email: row.email,
  crm: { number: row.crm_number, state: row.crm_state },
  specialties: row.specialties,
  city: row.address?.city ?? '',
  state: row.address?.state ?? '',
  verification: row.verification,
  suspensionReason: row.suspension_reason,
  createdAt: row.created_at.toISOString(),
});
