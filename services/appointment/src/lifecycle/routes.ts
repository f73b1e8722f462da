import {
  AnnotateAppointment,
  Appointment,
  appointmentThatIs,
  IdParams,
  type Permission,
  Reason,
} from '@consulta/contracts';
import type { Routes } from '@consulta/platform/http';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { findOwn } from '../appointments/queries.ts';
import { isTooLate, type Step } from '../appointments/rules.ts';
import { showAppointment } from '../appointments/view.ts';
import { actorOf } from '../audit/actor.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentTables } from '../tables.ts';
import { tooLate } from './cancel-notice.ts';
import { annotate, takeStep } from './take-step.ts';

export type LifecycleDeps = {
  db: Kysely<AppointmentTables>;
  people: PeopleDirectory;
  /** Minutes before the start until which the doctor lets patients cancel. */
  cancelNoticeMinutes: (doctorId: string) => Promise<number>;
  /** Called after each change is committed. */
  afterCommit: () => void;
};

type Stepped = { id: string; name: Step; reason: string | null };

type DoctorStep = {
  path: string;
  name: Step;
  status: Parameters<typeof appointmentThatIs>[0];
  permission: Permission;
  withReason: boolean;
  operationId: string;
  summary: string;
};

const doctorSteps: DoctorStep[] = [
  {
    path: 'confirm',
    name: 'confirm',
    status: 'confirmed',
    permission: 'appointment:decide',
    withReason: false,
    operationId: 'confirmAppointment',
    summary: 'Confirm an appointment',
  },
  {
    path: 'decline',
    name: 'decline',
    status: 'declined',
    permission: 'appointment:decide',
    withReason: true,
    operationId: 'declineAppointment',
    summary: 'Decline an appointment',
  },
  {
    path: 'start',
    name: 'start',
    status: 'in_progress',
    permission: 'appointment:attend',
    withReason: false,
    operationId: 'startAppointment',
    summary: 'Start the consultation',
  },
  {
    path: 'conclude',
    name: 'conclude',
    status: 'concluded',
    permission: 'appointment:attend',
    withReason: false,
    operationId: 'concludeAppointment',
    summary: 'Conclude the consultation',
  },
  {
    path: 'no-show',
    name: 'no_show',
    status: 'no_show',
    permission: 'appointment:attend',
    withReason: false,
    operationId: 'noteNoShow',
    summary: 'Note that the patient did not come',
  },
];

/** Steps with an appointment after it was asked for, along the table in `rules.ts`. */
export const lifecycleRoutes =
  (deps: LifecycleDeps): Routes =>
  async (app) => {
    const step = async (request: FastifyRequest, { id, name, reason }: Stepped): Promise<Appointment> => {
      const row = await takeStep(deps.db, actorOf(request), id, { name, reason });
      deps.afterCommit();
      return showAppointment(row, deps.people);
    };

    for (const { path, name, permission, withReason, operationId, summary, status } of doctorSteps) {
      app.route({
        method: 'POST',
        url: `/appointments/:id/${path}`,
        config: { permission, perMinute: 120 },
        schema: {
          operationId,
          summary,
          tags: ['appointments'],
          params: IdParams,
          refuses: ['invalid_transition'],
          response: { 200: appointmentThatIs(status) },
          ...(withReason ? { body: Reason } : {}),
        },
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
      const actor = actorOf(request);
      const noticeMinutes =
        actor.role === 'patient'
          ? await deps.cancelNoticeMinutes((await findOwn(deps.db, actor, id)).doctor_id)
          : 0;
      const row = await takeStep(deps.db, actor, id, { name: 'cancel', reason }, (current) => {
        if (current.status === 'requested' || !isTooLate(current.starts_at, noticeMinutes, new Date()))
          return;
        throw tooLate(noticeMinutes);
      });
      deps.afterCommit();
      return showAppointment(row, deps.people);
    };
    app.route({
      method: 'POST',
      url: '/appointments/:id/cancel',
      config: { permission: 'appointment:cancel', perMinute: 120 },
      schema: {
        operationId: 'cancelAppointment',
        summary: 'Cancel an appointment',
        description:
          'The slot is open again within a second. Patients keep the notice that the doctor asks for.',
        tags: ['appointments'],
        params: IdParams,
        body: Reason,
        refuses: ['invalid_transition', 'too_late'],
        response: { 200: appointmentThatIs('cancelled') },
      },
      handler: (request) => cancel(request, request.params.id, request.body.reason),
    });
    app.route({
      method: 'DELETE',
      url: '/appointments/:id',
      config: { permission: 'appointment:withdraw', perMinute: 120 },
      schema: {
        operationId: 'withdrawAppointment',
        summary: 'Cancel an appointment, as its patient',
        tags: ['appointments'],
        params: IdParams,
        refuses: ['invalid_transition', 'too_late'],
        response: { 200: appointmentThatIs('cancelled') },
      },
      handler: (request) => cancel(request, request.params.id, null),
    });

    app.route({
      method: 'PATCH',
      url: '/appointments/:id',
      config: { permission: 'appointment:annotate', perMinute: 120 },
      schema: {
        operationId: 'annotateAppointment',
        summary: 'Change the note',
        tags: ['appointments'],
        params: IdParams,
        body: AnnotateAppointment,
        response: { 200: Appointment },
      },
      handler: async (request) => {
        const { id } = request.params;
        const row = await annotate(deps.db, actorOf(request), id, request.body.note);
        return showAppointment(row, deps.people);
      },
    });
  };
