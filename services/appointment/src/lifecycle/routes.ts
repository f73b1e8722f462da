import { AnnotateAppointment, Appointment, IdParams, type Permission, Reason } from '@consulta/contracts';
import { callerOf, type Routes } from '@consulta/platform/http';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { findOwn } from '../appointments/queries.ts';
import { showAppointment } from '../appointments/view.ts';
import { whoOf } from '../audit/record.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentTables } from '../tables.ts';
import { tooLate } from './cancel-notice.ts';
import { annotate, takeStep } from './queries.ts';
import { isTooLate, type Step } from './rules.ts';

export type LifecycleDeps = {
  db: Kysely<AppointmentTables>;
  people: PeopleDirectory;
  /** Minutes before the start until which the doctor lets patients cancel. */
  cancelNoticeMinutes: (doctorId: string) => Promise<number>;
  /** Called after each change is committed. */
  afterCommit: () => void;
};

type Stepped = { id: string; name: Step; reason: string | null };

const doctorSteps: { path: string; name: Step; permission: Permission; withReason: boolean }[] = [
  { path: 'confirm', name: 'confirm', permission: 'appointment:decide', withReason: false },
  { path: 'decline', name: 'decline', permission: 'appointment:decide', withReason: true },
  { path: 'start', name: 'start', permission: 'appointment:attend', withReason: false },
  { path: 'conclude', name: 'conclude', permission: 'appointment:attend', withReason: false },
  { path: 'no-show', name: 'no_show', permission: 'appointment:attend', withReason: false },
];

/** Steps with an appointment after it was asked for, along the table in `rules.ts`. */
export const lifecycleRoutes =
  (deps: LifecycleDeps): Routes =>
  async (app) => {
    const step = async (request: FastifyRequest, { id, name, reason }: Stepped): Promise<Appointment> => {
      const row = await takeStep(deps.db, callerOf(request), whoOf(request), id, { name, reason });
      deps.afterCommit();
      return showAppointment(row, deps.people);
    };

    for (const { path, name, permission, withReason } of doctorSteps) {
      app.route({
        method: 'POST',
        url: `/appointments/:id/${path}`,
        config: { permission, perMinute: 120 },
        schema: { params: IdParams, response: { 200: Appointment }, ...(withReason ? { body: Reason } : {}) },
        handler: (request) => {
          const reason = withReason ? (request.body as Reason).reason : null;
          return step(request, { id: request.params.id, name, reason });
        },
      });
    }

    const cancel = async (
      request: FastifyRequest,
      id: string,
      reason: string | null,
    ): Promise<Appointment> => {
      const caller = callerOf(request);
      const noticeMinutes =
        caller.role === 'patient'
          ? await deps.cancelNoticeMinutes((await findOwn(deps.db, caller, id)).doctor_id)
          : 0;
      const row = await takeStep(
        deps.db,
        caller,
        whoOf(request),
        id,
        { name: 'cancel', reason },
        (current) => {
          if (current.status === 'requested' || !isTooLate(current.starts_at, noticeMinutes, new Date()))
            return;
          throw tooLate(noticeMinutes);
        },
      );
      deps.afterCommit();
      return showAppointment(row, deps.people);
    };
    app.route({
      method: 'POST',
      url: '/appointments/:id/cancel',
      config: { permission: 'appointment:cancel', perMinute: 120 },
      schema: { params: IdParams, body: Reason, response: { 200: Appointment } },
      handler: (request) => cancel(request, request.params.id, request.body.reason),
    });
    app.route({
      method: 'DELETE',
      url: '/appointments/:id',
      config: { permission: 'appointment:withdraw', perMinute: 120 },
      schema: { params: IdParams, response: { 200: Appointment } },
      handler: (request) => cancel(request, request.params.id, null),
    });

    app.route({
      method: 'PATCH',
      url: '/appointments/:id',
      config: { permission: 'appointment:annotate', perMinute: 120 },
      schema: { params: IdParams, body: AnnotateAppointment, response: { 200: Appointment } },
      handler: async (request) => {
        const { id } = request.params;
        const row = await annotate(deps.db, callerOf(request), whoOf(request), id, request.body.note);
        return showAppointment(row, deps.people);
      },
    });
  };
