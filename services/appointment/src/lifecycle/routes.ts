import {
  AnnotateAppointment,
  Appointment,
  appointmentThatIs,
  IdParams,
  type Permission,
  Reason,
} from '@consulta/contracts';
import { type Routes, versionsAccepted } from '@consulta/platform/http';
import type { Step } from '../appointments/rules.ts';
import { showAppointment, showTagged } from '../appointments/view.ts';
import { actorOf } from '../audit/actor.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentOverview } from '../tables.ts';
import { annotate } from './annotate.ts';
import { type CancelDeps, cancel } from './cancel.ts';
import { takeStep } from './take-step.ts';

export type LifecycleDeps = CancelDeps & {
  people: PeopleDirectory;
  /** Called after each change is committed. */
  wake: () => void;
};

type DoctorStep = {
  path: string;
  name: Step;
  status: Parameters<typeof appointmentThatIs>[0];
  permission: Permission;
  operationId: string;
  summary: string;
};

const doctorSteps: DoctorStep[] = [
  {
    path: 'confirm',
    name: 'confirm',
    status: 'confirmed',
    permission: 'appointment:decide',
    operationId: 'confirmAppointment',
    summary: 'Confirm an appointment',
  },
  {
    path: 'start',
    name: 'start',
    status: 'in_progress',
    permission: 'appointment:attend',
    operationId: 'startAppointment',
    summary: 'Start the consultation',
  },
  {
    path: 'conclude',
    name: 'conclude',
    status: 'concluded',
    permission: 'appointment:attend',
    operationId: 'concludeAppointment',
    summary: 'Conclude the consultation',
  },
  {
    path: 'no-show',
    name: 'no_show',
    status: 'no_show',
    permission: 'appointment:attend',
    operationId: 'noteNoShow',
    summary: 'Note that the patient did not come',
  },
];

/** Steps with an appointment after it was asked for, along the table in `appointments/rules.ts`. */
export const lifecycleRoutes =
  (deps: LifecycleDeps): Routes =>
  async (app) => {
    await app.register(doctorRoutes(deps));
    await app.register(cancelRoutes(deps));
    await app.register(annotateRoute(deps));
  };

/** Tells of a change that is committed, and shows what became of the appointment. */
async function answer(
  { wake, people }: LifecycleDeps,
  changed: Promise<AppointmentOverview>,
): Promise<Appointment> {
  const row = await changed;
  wake();
  return showAppointment(row, people);
}

const doctorRoutes =
  (deps: LifecycleDeps): Routes =>
  async (app) => {
    for (const { path, name, permission, operationId, summary, status } of doctorSteps) {
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
        },
        handler: (request) =>
          answer(deps, takeStep(deps.db, actorOf(request), request.params.id, { name, reason: null })),
      });
    }
    app.route({
      method: 'POST',
      url: '/appointments/:id/decline',
      config: { permission: 'appointment:decide', perMinute: 120 },
      schema: {
        operationId: 'declineAppointment',
        summary: 'Decline an appointment',
        tags: ['appointments'],
        params: IdParams,
        body: Reason,
        refuses: ['invalid_transition'],
        response: { 200: appointmentThatIs('declined') },
      },
      handler: (request) => {
        const step = { name: 'decline', reason: request.body.reason } as const;
        return answer(deps, takeStep(deps.db, actorOf(request), request.params.id, step));
      },
    });
  };

const cancelRoutes =
  (deps: LifecycleDeps): Routes =>
  async (app) => {
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
      handler: (request) =>
        answer(deps, cancel(deps, actorOf(request), request.params.id, request.body.reason)),
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
      handler: (request) => answer(deps, cancel(deps, actorOf(request), request.params.id, null)),
    });
  };

const annotateRoute =
  ({ db, people }: LifecycleDeps): Routes =>
  async (app) => {
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
        tagged: true,
        versioned: true,
        response: { 200: Appointment },
      },
      handler: async (request, reply) => {
        const accepts = versionsAccepted(request.headers['if-match']);
        const row = await annotate(db, actorOf(request), request.params.id, request.body.note, accepts);
        return showTagged(reply, row, people);
      },
    });
  };
