import {
  type Appointment,
  BookedAppointment,
  type ConsultationMode,
  details,
  IdParams,
  RequestAppointment,
  RequestedAppointment,
  RescheduleAppointment,
  rejectionReasons,
  type SlotFacts,
} from '@consulta/contracts';
import type { Caller, RightsInUse } from '@consulta/platform/auth';
import { type IdempotencyKey, idempotencyKeyOf, once, type Routes, recallKey } from '@consulta/platform/http';
import { badField, ProblemError, problem } from '@consulta/platform/problems';
import type { Shares } from '@consulta/platform/work';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { findOwn } from '../appointments/own.ts';
import { readOwn } from '../appointments/queries.ts';
import { showAppointment, toAppointment } from '../appointments/view.ts';
import { type Actor, actorOf } from '../audit/actor.ts';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';
import { type Acceptor, type NewRequest, newAppointmentId } from './accept.ts';
import { alreadyYours, ownHolder } from './already-yours.ts';
import type { BookingCaps } from './limits.ts';
import { type DecisionWait, waitMsMax } from './waiting-for-decision.ts';

export type BookingDeps = {
  /** Throws 409 unless the patient may give this appointment up for another. */
  assertReplaceable: (original: AppointmentOverview) => void;
  db: Kysely<AppointmentTables>;
  people: PeopleDirectory;
  now: () => Temporal.Instant;
  findSlot: (id: string) => Promise<SlotFacts | undefined>;
  accept: Acceptor;
  /** What a patient may hold; undefined for any number. */
  findCaps: (patientId: string) => Promise<BookingCaps | undefined>;
  waitForDecision: (id: string, waitMs: number) => DecisionWait;
  /** The caller's appointment, when its decision is announced. */
  readDecided: (caller: Caller, id: string) => Promise<AppointmentOverview>;
  /** How many of their requests one person may wait for at once. */
  waits: Shares;
  rights: Pick<RightsInUse, 'assertSignedIn'>;
  /** Counts a request that asked to wait, by what came of it. */
  countWait: (outcome: string) => void;
};

/** Asking for an appointment: answered once the request is durable, decided by the appointment-creator. */
export const bookingRoutes =
  (deps: BookingDeps): Routes =>
  async (app) => {
    await app.register(bookRoute(deps));
    await app.register(rescheduleRoute(deps));
  };

const bookRoute =
  (deps: BookingDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/appointments',
      config: { permission: 'appointment:request', perMinute: 120 },
      schema: {
        operationId: 'bookAppointment',
        summary: 'Ask for an appointment',
        description:
          'Answered 202 once the request is durable; it is decided in order of arrival. With `Prefer: wait=N` the answer ' +
          'is 201 when it is booked, or 409 with the reason when it is rejected; 202 when N seconds run out. Nobody is ' +
          'refused `slot_taken` in favour of a later request.',
        tags: ['appointments'],
        body: RequestAppointment,
        creates: '/api/v1/appointments/:id',
        waits: true,
        refuses: [
          'not_found',
          'too_many_requests_open',
          'too_many_appointments',
          'slot_taken',
          'slot_withdrawn',
          'patient_busy',
          'doctor_unavailable',
          'already_yours',
        ],
        response: { 201: BookedAppointment, 202: RequestedAppointment },
      },
      handler: async (request, reply) => {
        const { slotId, mode, note } = request.body;
        const actor = actorOf(request);
        const asked = { actor, slotId, mode, note: note ?? null, replaces: null };
        return requestAppointment(deps, asked, request, reply);
      },
    });
  };

const rescheduleRoute =
  (deps: BookingDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/appointments/:id/reschedule',
      config: { permission: 'appointment:request', perMinute: 60 },
      schema: {
        operationId: 'rescheduleAppointment',
        summary: 'Ask for another slot in place of an appointment',
        description:
          'Makes a new appointment with `replacesId`; the old one stays until the new one is booked, and is unchanged if ' +
          'that is rejected. Decided and answered like a first request.',
        tags: ['appointments'],
        params: IdParams,
        body: RescheduleAppointment,
        creates: '/api/v1/appointments/:id',
        waits: true,
        refuses: [
          'invalid_transition',
          'too_late',
          'reschedule_pending',
          'too_many_appointments',
          'slot_taken',
          'slot_withdrawn',
          'patient_busy',
          'doctor_unavailable',
          'already_yours',
          'original_closed',
        ],
        response: { 201: BookedAppointment, 202: RequestedAppointment },
      },
      handler: async (request, reply) => {
        const actor = actorOf(request);
        const original = await findOwn(deps.db, actor, request.params.id);
        // What a repeated request asked for may be done already, and the original replaced.
        const repeated = await recallKey(deps.db, idempotencyKeyOf(request));
        if (!repeated) deps.assertReplaceable(original);
        const { slotId, mode } = request.body;
        const asked = { actor, slotId, mode, note: original.note, replaces: original };
        return requestAppointment(deps, asked, request, reply);
      },
    });
  };

type Asked = {
  actor: Actor;
  slotId: string;
  /** One of the doctor's; theirs or the replaced appointment's where nothing is chosen. */
  mode: ConsultationMode | undefined;
  note: string | null;
  replaces: Pick<AppointmentOverview, 'id' | 'doctor_id' | 'mode'> | null;
};

/** Takes a request for a slot and answers it as the caller prefers: at once, or when it is decided. */
export async function requestAppointment(
  deps: BookingDeps,
  asked: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Appointment> {
  const preferredMs = preferredWaitMs(request);
  if (preferredMs === 0) return answer(deps, asked, 0, request, reply);
  const giveBack = deps.waits.tryTake(asked.actor.userId);
  const count = (outcome: string) => deps.countWait(giveBack ? outcome : 'not_admitted');
  try {
    const appointment = await answer(deps, asked, giveBack ? preferredMs : 0, request, reply);
    count(reply.statusCode === 202 ? 'ran_out' : 'decided');
    return appointment;
  } catch (error) {
    count(error instanceof ProblemError && error.status < 500 ? 'decided' : 'failed');
    throw error;
  } finally {
    giveBack?.();
  }
}

async function answer(
  deps: BookingDeps,
  asked: Asked,
  waitMs: number,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Appointment> {
  const key = idempotencyKeyOf(request);
  const appointment = await once(deps.db, key, () => place(deps, asked, key, waitMs));
  // Who was signed out while waiting is told nothing more.
  if (waitMs > 0) deps.rights.assertSignedIn(asked.actor);
  reply.header('location', `/api/v1/appointments/${appointment.id}`);
  if (waitMs > 0) reply.header('preference-applied', `wait=${waitMs / 1000}`);
  if (waitMs === 0 || appointment.status === 'requested') return reply.code(202).send(appointment);
  if (appointment.status === 'rejected') throw await rejectionOf(deps, appointment);
  return reply.code(201).send(appointment);
}

/** A rejection as the refusal it amounts to. */
async function rejectionOf({ db }: BookingDeps, appointment: Appointment): Promise<ProblemError> {
  const reason = rejectionReasons.find((each) => each === appointment.statusReason);
  if (reason === 'already_yours') return alreadyYours(await ownHolder(db, appointment));
  return problem(reason ?? 'internal_error');
}

async function place(
  deps: BookingDeps,
  asked: Asked,
  key: IdempotencyKey | undefined,
  waitMs: number,
): Promise<Appointment> {
  const earlier = await recallKey(deps.db, key);
  if (earlier) return answerRepeat(deps, asked, earlier, waitMs);

  const slot = await deps.findSlot(asked.slotId);
  if (!slot) throw problem('not_found', details.noSuchSlot);
  const [doctor, patient, caps] = await Promise.all([
    deps.people.find(slot.doctorId),
    deps.people.find(asked.actor.userId),
    deps.findCaps(asked.actor.userId),
  ]);
  const id = newAppointmentId();
  const mode = modeOf(asked, doctor?.doctor?.modes);
  const { note, replaces, actor } = asked;
  const newRequest: NewRequest = {
    slot,
    patientId: actor.userId,
    mode,
    note,
    actor,
    replacesId: replaces?.id ?? null,
    movesFrom: replaces?.doctor_id,
    caps,
    key,
  };

  const decision = waitMs > 0 ? deps.waitForDecision(id, waitMs) : undefined;
  const accepted = await deps.accept(id, newRequest).catch((error: unknown) => {
    decision?.cancel();
    throw error;
  });
  if (!accepted.requestedAt) {
    decision?.cancel();
    return answerRepeat(deps, asked, (await recallKey(deps.db, key)) ?? id, waitMs);
  }
  if (!decision) {
    const row = justRequested(id, newRequest, accepted.requestedAt);
    return toAppointment(row, { doctor, patient, now: deps.now() });
  }
  await decision.promise;
  return showAppointment(await deps.readDecided(actor, id), deps.people, deps.now());
}

/**
 * How the appointment is held: as chosen, which throws 400 for what the doctor does not offer; else as the one it
 * replaces, if they offer that, or as they do first. Of a doctor who is gone everything is taken: the decision refuses.
 */
function modeOf({ mode, replaces }: Asked, offered: readonly ConsultationMode[] = []): ConsultationMode {
  const [first = mode ?? 'in_person'] = offered;
  if (mode !== undefined && offered.length > 0 && !offered.includes(mode)) {
    throw badField('/mode', 'not_allowed', offered.join(', '));
  }
  return mode ?? offered.find((each) => each === replaces?.mode) ?? first;
}

/** A repeat gets the answer to what the first request made, and waits for its decision if it asks to. */
async function answerRepeat(
  deps: BookingDeps,
  asked: Asked,
  id: string,
  waitMs: number,
): Promise<Appointment> {
  const decision = waitMs > 0 ? deps.waitForDecision(id, waitMs) : undefined;
  const { status } = await findOwn(deps.db, asked.actor, id);
  if (status === 'requested') await decision?.promise;
  decision?.cancel();
  return showAppointment(await readOwn(deps.db, asked.actor, id), deps.people, deps.now());
}

const justRequested = (id: string, request: NewRequest, requestedAt: Date): AppointmentOverview => ({
  id,
  slot_id: request.slot.id,
  schedule_id: request.slot.scheduleId,
  doctor_id: request.slot.doctorId,
  patient_id: request.patientId,
  starts_at: new Date(request.slot.startsAt),
  ends_at: new Date(request.slot.endsAt),
  time_zone: request.slot.timeZone,
  mode: request.mode,
  status: 'requested',
  status_reason: null,
  note: request.note,
  requested_at: requestedAt,
  decided_at: null,
  confirmed_at: null,
  cancelled_at: null,
  cancelled_by: null,
  replaces_id: request.replacesId,
  confirm_by: null,
  cancel_notice_minutes: 0,
});

/** RFC 7240 `Prefer: wait=N`, seconds, at most 10; anything else is ignored, as the RFC asks. */
function preferredWaitMs(request: FastifyRequest): number {
  const prefer = request.headers.prefer;
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,4})"?/i.exec(
    Array.isArray(prefer) ? prefer.join(',') : (prefer ?? ''),
  );
  return Math.min(Number(match?.[1] ?? 0) * 1000, waitMsMax);
}
