import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { Instant } from '../common/instants.ts';
import { nullable } from '../common/nullable.ts';
import { internalCall } from './call.ts';
import { LookupByIds } from './lookup.ts';

/** An immutable slot. */
export const SlotFacts = Type.Object({
  id: Id,
  scheduleId: Id,
  doctorId: Id,
  startsAt: Instant,
  endsAt: Instant,
  timeZone: Type.String(),
});
export type SlotFacts = Static<typeof SlotFacts>;
export const SlotsFound = Type.Object({ slots: Type.Array(SlotFacts) });

export const NextAvailable = Type.Object({
  doctors: Type.Array(Type.Object({ doctorId: Id, nextAvailableAt: nullable(Instant) })),
});
export type NextAvailable = Static<typeof NextAvailable>;

/** What the schedule service answers about slots. */
export const slotCalls = {
  lookup: internalCall('POST', '/internal/slots/lookup', {
    callers: ['appointment'],
    asked: LookupByIds,
    answer: SlotsFound,
  }),
  /** The start of each doctor's first open slot. */
  nextAvailable: internalCall('POST', '/internal/doctors/next-available', {
    callers: ['user'],
    asked: LookupByIds,
    answer: NextAvailable,
  }),
};
