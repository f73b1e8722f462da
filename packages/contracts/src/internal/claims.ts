import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { nullable } from '../common/nullable.ts';
import { internalCall, Nothing } from './call.ts';
import { Ids, PageAfter } from './lookup.ts';

export const ClaimSlots = Type.Object(
  {
    claims: Type.Array(Type.Object({ appointmentId: Id, slotId: Id }, { additionalProperties: false }), {
      maxItems: 2000,
    }),
  },
  { additionalProperties: false },
);
export type ClaimSlots = Static<typeof ClaimSlots>;

/**
 * One answer per slot asked for. `heldBy` is the appointment that has the claim now (of this call or an
 * earlier one); null when nobody can: the slot is withdrawn or over (`slot_withdrawn`) or its doctor takes no
 * bookings (`doctor_unavailable`). `released` lists the appointments of this call whose claim was released
 * before, for good.
 */
export const ClaimsDecided = Type.Object({
  slots: Type.Array(
    Type.Object({
      slotId: Id,
      heldBy: nullable(Id),
      refusal: nullable(Type.Enum(['slot_withdrawn', 'doctor_unavailable'])),
      autoConfirm: Type.Boolean(),
      confirmWithinHours: nullable(Type.Integer()),
      minCancelNoticeMinutes: Type.Integer(),
    }),
  ),
  released: Type.Array(Id),
});
export type ClaimsDecided = Static<typeof ClaimsDecided>;

export const ReleaseClaims = Type.Object({ appointmentIds: Ids }, { additionalProperties: false });

export const ClaimsPage = Type.Object({
  claims: Type.Array(Type.Object({ appointmentId: Id, slotId: Id })),
  nextAfter: nullable(Id),
});
export type ClaimsPage = Static<typeof ClaimsPage>;
/** What the schedule service does with claims. */
export const claimCalls = {
  /**
   * Claims slots for appointments, in the order given, which is the order of arrival. Idempotent by appointment
   * id.
   */
  claim: internalCall('POST', '/internal/claims', {
    callers: ['appointment-creator'],
    asked: ClaimSlots,
    answer: ClaimsDecided,
  }),
  /** Releases claims. Final: also refuses one that arrives later. */
  release: internalCall('POST', '/internal/claims/release', {
    callers: ['appointment', 'appointment-creator'],
    asked: ReleaseClaims,
    answer: Nothing,
  }),
  /** Live claims older than a minute, by appointment id, for the reconciler. */
  list: internalCall('GET', '/internal/claims', {
    callers: ['appointment'],
    asked: PageAfter,
    answer: ClaimsPage,
  }),
};
