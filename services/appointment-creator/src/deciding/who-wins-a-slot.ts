import type { UndecidedRequest, Verdict } from '@consulta/appointment/store';
import type { ClaimsDecided } from '@consulta/contracts';

/**
 * Who wins a slot: what the claims, which the schedule service gives to the first who asks, mean for each request of a
 * chunk. The one that holds its slot's claim wins; where nobody can have the slot all are refused with the reason; the
 * others lose, as far as AppointmentDB confirms that the slot is really held.
 */
export function verdictsOf(requests: UndecidedRequest[], claims: ClaimsDecided): Map<string, Verdict> {
  const slots = new Map(claims.slots.map((slot) => [slot.slotId, slot]));
  const released = new Set(claims.released);
  const verdictOf = ({ id, slotId }: UndecidedRequest): Verdict => {
    const slot = slots.get(slotId);
    if (!slot) throw new Error(`the schedule service left out slot ${slotId}`);
    // A release is final, so nothing can come of this request any more. It is undecided only by a fault.
    if (released.has(id)) return { verdict: 'refuse', reason: 'slot_withdrawn' };
    if (slot.heldBy === id) {
      const { autoConfirm, confirmWithinHours, minCancelNoticeMinutes } = slot;
      return { verdict: 'win', autoConfirm, confirmWithinHours, minCancelNoticeMinutes };
    }
    return slot.refusal ? { verdict: 'refuse', reason: slot.refusal } : { verdict: 'lose' };
  };
  return new Map(requests.map((request) => [request.id, verdictOf(request)]));
}

/** Appointments that hold a claim on a slot of this chunk but are not in the chunk themselves. */
export function outsideHolders(requests: UndecidedRequest[], claims: ClaimsDecided): string[] {
  const inside = new Set(requests.map(({ id }) => id));
  return claims.slots.flatMap(({ heldBy }) => (heldBy && !inside.has(heldBy) ? [heldBy] : []));
}
