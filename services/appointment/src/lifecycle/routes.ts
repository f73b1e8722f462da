import {
  AnnotateAppointment,
  Appointment,
  CancelAppointment,
  CancelledAppointment,
  type ErrorCode,
  IdParams,
  type Permission,
  Reason,
} from '@consulta/contracts';
import { callerOf, idempotencyKeyOf, once, type Routes, versionsAccepted } from '@consulta/platform/http';
import { badField } from '@consulta/platform/problems';
import type { Metrics } from '@consulta/platform/process';
import type { FastifyRequest } from 'fastify';
import type { Step } from '../appointments/rules.ts';
import { showAppointment, showTagged } from '../appointments/view.ts';
import { actorOf } from '../audit/actor.ts';
import { steps } from '../metrics.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentOverview } from '../tables.ts';
import { annotate } from './annotate.ts';
import { type StepDeps, takeStep } from './take-step.ts';

export type LifecycleDeps = StepDeps & {
  people: PeopleDirectory;
  /** Called after each change is committed. */
  wake: () => void;
  metrics: Metrics;
};

type DoctorStep = {
  path: string;
  name: Step;
  permission: Permission;
  operationId: string;
  summary: string;
  description?: string;
  refuses?: readonly ErrorCode[];
};

const doctorSteps: DoctorStep[] = [
  {
    path: 'confirm',
    name: 'confirm',
    permission: 'appointment:decide',
    operationId: 'confirmAppointment',
    summary: 'Confirm an appointment',
  },
  {
    path: 'start',
    name: 'start',
    permission: 'appointment:attend',
    operationId: 'startAppointment',
    summary: 'Start the consultation',
  },
  {
    path: 'conclude',
    name: 'conclude',
    permission: 'appointment:attend',
    operationId: 'concludeAppointment',
    summary: 'Conclude the consultation',
  },
  {
    path: 'no-show',
    name: 'no_show',
    permission: 'appointment:attend',
    operationId: 'noteNoShow',
    summary: 'Note that the patient did not come',
    refuses: ['too_early'],
  },
  {
    path: 'reopen',
    name: 'reopen',
    permission: 'appointment:attend',
    operationId: 'reopenAppointment',
    summary: 'Take start, conclude or no-show back',
    description: 'Within 24 hours of that step, unless feedback was given.',
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

type OfAppointment = FastifyRequest<{ Params: { id: string } }>;

/** Takes a step with the appointment of the path, once for each key, and shows what became of it. */
async function take(
  deps: LifecycleDeps,
  request: OfAppointment,
  step: { name: Step; reason: string | null },
): Promise<Appointment> {
  const key = idempotencyKeyOf(request);
  const taken = () => takeStep(deps, actorOf(request), request.params.id, { ...step, key });
  return answer(deps, await once(deps.db, key, taken));
}

/** Tells of a change that is committed, and shows what became of the appointment. */
function answer(
  { wake, people, now, metrics }: LifecycleDeps,
  changed: AppointmentOverview,
): Promise<Appointment> {
  metrics.counter(steps).inc({ status: changed.status });
  wake();
  return showAppointment(changed, people, now());
}

const doctorRoutes =
  (deps: LifecycleDeps): Routes =>
  async (app) => {
    for (const { path, name, permission, refuses = [], ...words } of doctorSteps) {
      app.route({
        method: 'POST',
        url: `/appointments/:id/${path}`,
        config: { permission, perMinute: 120 },
        schema: {
          ...words,
          tags: ['appointments'],
          params: IdParams,
          keyed: true,
          refuses: ['invalid_transition', ...refuses],
          response: { 200: Appointment },
        },
        handler: (request) => take(deps, request, { name, reason: null }),
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
        keyed: true,
        refuses: ['invalid_transition'],
        response: { 200: Appointment },
      },
      handler: (request) => take(deps, request, { name: 'decline', reason: request.body.reason }),
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
          'The slot is open again within a second. Patients keep the notice in force when they booked.',
        tags: ['appointments'],
        params: IdParams,
        body: CancelAppointment,
        keyed: true,
        refuses: ['invalid_transition', 'too_late'],
        response: { 200: CancelledAppointment },
      },
      handler: (request) => {
        const { reason = null } = request.body;
        if (reason === null && callerOf(request).role === 'doctor') throw badField('/reason', 'required');
        return take(deps, request, { name: 'cancel', reason });
      },
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
        response: { 200: CancelledAppointment },
      },
      handler: async (request) => {
        const step = { name: 'cancel', reason: null } as const;
        return answer(deps, await takeStep(deps, actorOf(request), request.params.id, step));
      },
    });
  };

const annotateRoute =
  ({ db, people, now }: LifecycleDeps): Routes =>
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
        return showTagged(reply, row, { people, now });
      },
    });
  };
