import { type Static, type TSchema, Type } from 'typebox';
import { type Check, checkOf } from './common/checks.ts';
import { Id } from './common/ids.ts';
import { Revocation } from './internal/revocations.ts';

/** What the fan-out carries under one name: messages that JSON keeps as they are. */
export type Channel<M> = { readonly name: string; readonly isMessage: Check<M> };

const channel = <S extends TSchema>(name: string, message: S): Channel<Static<S>> => ({
  name,
  isMessage: checkOf(message),
});

/**
 * The channels by which processes tell each other at once what each of them could also read later. Messages are hints:
 * any may be lost, and two may cross, so nothing may rest on what a message says alone.
 */
export const channels = {
  /** The ids of appointments just decided. From whoever decides to whoever waits for it. */
  appointmentsDecided: channel('appointments-decided', Type.Array(Id)),
  /** Some events have no number yet. From whoever writes events to the sequencer. */
  eventsPending: channel('appointment-events-pending', Type.Null()),
  /** There are more numbered events. From the sequencer to whoever follows them. */
  eventsNumbered: channel('appointment-events', Type.Null()),
  /** The ids of people who are shown otherwise now. To every process that keeps copies of names. */
  peopleChanged: channel('people-changed', Type.Array(Id)),
  /** A session or user whose access tokens no longer count. From user to every service. */
  revoked: channel('revocations', Revocation),
} as const;
