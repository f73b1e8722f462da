import { type Static, type TSchema, Type } from 'typebox';
import { AppointmentStatus } from './appointments.ts';
import { type Check, checkOf } from './common/checks.ts';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { Revocation } from './internal/revocations.ts';

/** What the fan-out carries under one name: messages that JSON keeps as they are. */
export type Channel<M> = { readonly name: string; readonly isMessage: Check<M> };

const channel = <S extends TSchema>(name: string, message: S): Channel<Static<S>> => ({
  name,
  isMessage: checkOf(message),
});

/** One numbered event of the live stream, with the two people who may see it. */
export const StreamedEvent = Type.Object({
  streamId: Type.Integer(),
  appointmentId: Id,
  patientId: Id,
  doctorId: Id,
  status: AppointmentStatus,
  at: Instant,
});
export type StreamedEvent = Static<typeof StreamedEvent>;

/** The channels by which processes tell each other at once what each of them could also read later. */
export const channels = {
  /** The ids of appointments just decided. From whoever decides to whoever waits for it. */
  appointmentsDecided: channel('appointments-decided', Type.Array(Id)),
  /** Some events have no number yet. From whoever writes events to the sequencer. */
  eventsPending: channel('appointment-events-pending', Type.Null()),
  /** Newly numbered events, in order. From the sequencer to open streams. */
  eventsNumbered: channel('appointment-events', Type.Array(StreamedEvent)),
  /** A session or user whose access tokens no longer count. From user to every service. */
  revoked: channel('revocations', Revocation),
} as const;
