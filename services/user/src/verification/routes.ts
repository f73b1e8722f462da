import {
  AdminDoctor,
  AdminDoctorQuery,
  IdParams,
  isUuid,
  page,
  Reason,
  type Revocation,
} from '@consulta/contracts';
import {
  decodeCursor,
  idempotencyKeyOf,
  once,
  pageOf,
  type Routes,
  versionsAccepted,
} from '@consulta/platform/http';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Static } from 'typebox';
import { showEmail } from '../people/email.ts';
import type { UserTables } from '../tables.ts';
import { type AdminDoctorRow, listDoctors, readDoctorForAdmin } from './queries.ts';
import { type StepTaken, stepVerification } from './step-verification.ts';

type Deps = {
  db: Kysely<UserTables>;
  announce: (revoked: Revocation[]) => void;
  wakeRelay: () => void;
};
const tags = ['administration'] as const;
const config = { permission: 'doctor:administer', perMinute: 300 } as const;

const declared = {
  verify: { operationId: 'verifyDoctor', summary: 'Verify a doctor', versioned: true },
  reinstate: { operationId: 'reinstateDoctor', summary: 'Lift a suspension' },
} as const;

/** Administrators verify, suspend and reinstate doctors. */
export const verificationRoutes =
  (deps: Deps): Routes =>
  async (app) => {
    await app.register(listRoute(deps));
    await app.register(stepRoutes(deps));
  };

const listRoute =
  ({ db }: Deps): Routes =>
  async (app) => {
    app.get(
      '/admin/doctors',
      {
        config,
        schema: {
          operationId: 'listDoctorsToAdminister',
          summary: 'Doctors by verification',
          tags,
          querystring: AdminDoctorQuery,
          response: { 200: page(AdminDoctor) },
        },
      },
      async (request) => {
        const { verification, cursor, limit = 20 } = request.query;
        const after = cursor === undefined ? undefined : String(decodeCursor(cursor, [isUuid])[0]);
        const found = await listDoctors(db, { verification, after, limit: limit + 1 });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => [id]);
        return { items: rows.map(asAdminDoctor), nextCursor };
      },
    );
  };

const stepRoutes =
  (deps: Deps): Routes =>
  async (app) => {
    for (const step of ['verify', 'reinstate'] as const) {
      app.post(
        `/admin/doctors/:id/${step}`,
        {
          config,
          schema: {
            ...declared[step],
            tags,
            params: IdParams,
            keyed: true,
            refuses: ['invalid_verification'],
            response: { 200: AdminDoctor },
          },
        },
        async (request) => {
          const saw = versionsAccepted(step === 'verify' ? request.headers['if-match'] : undefined);
          return takeStep(deps, request, { step, reason: null, saw });
        },
      );
    }

    app.post(
      '/admin/doctors/:id/suspend',
      {
        config,
        schema: {
          operationId: 'suspendDoctor',
          summary: 'Suspend a doctor: signed out, not found, not booked',
          tags,
          params: IdParams,
          body: Reason,
          keyed: true,
          refuses: ['invalid_verification'],
          response: { 200: AdminDoctor },
        },
      },
      async (request) => {
        const { reason } = request.body;
        return takeStep(deps, request, { step: 'suspend', reason, saw: () => true });
      },
    );
  };

async function takeStep(
  { db, announce, wakeRelay }: Deps,
  request: FastifyRequest<{ Params: { id: string } }>,
  step: Omit<StepTaken, 'key'>,
) {
  const { id } = request.params;
  const key = idempotencyKeyOf(request);
  announce(await once(db, key, () => stepVerification(db, id, { ...step, key })));
  wakeRelay();
  return asAdminDoctor(await readDoctorForAdmin(db, id));
}

const asAdminDoctor = (row: AdminDoctorRow): Static<typeof AdminDoctor> => ({
  id: row.id,
  fullName: row.full_name,
  socialName: row.social_name,
  email: showEmail(row.email),
  crm: { number: row.crm_number, state: row.crm_state },
  specialties: row.specialties,
  rqes: row.rqes,
  city: row.address?.city ?? '',
  state: row.address?.state ?? '',
  verification: row.verification,
  suspensionReason: row.suspension_reason,
  revision: row.revision,
  createdAt: row.created_at.toISOString(),
});
