import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { Instant } from '../common/instants.ts';
import { nullable } from '../common/nullable.ts';

/** An immutable slot: POST /internal/slots/lookup (schedule service). */
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

/** POST /internal/doctors/next-available (schedule service): the start of each doctor's first open slot. */
export const NextAvailable = Type.Object({
  doctors: Type.Array(Type.Object({ doctorId: Id, nextAvailableAt: nullable(Instant) })),
});
export type NextAvailable = Static<typeof NextAvailable>;
