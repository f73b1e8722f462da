import type { UndecidedRequest, Verdict } from '@consulta/appointment';
import type { ClaimsDecided } from '@consulta/contracts';

/**
 * What the claims mean for each request of a chunk. The one that holds its slot's claim wins; where nobody can
 * have the slot all are refused with the reason; the others lose, as far as AppointmentDB confirms that the
 * slot is really held.
 */
export function verdictsOf(requests: UndecidedRequest[], claims: ClaimsDecided): Verdict[] {
  const slots = new Map(claims.slots.map((slot) => [slot.slotId, slot]));
  const released = new Set(claims.released);
  return requests.map(({ id, slotId }): Verdict => {
    const slot = slots.get(slotId);
    if (!slot) throw new Error(`the schedule service left out slot ${slotId}`);
    // A release is final, so nothing can come of this request any more. It is undecided only by a fault.
    if (released.has(id)) return { id, verdict: 'refuse', reason: 'slot_withdrawn' };
    if (slot.heldBy === id) {
      return {
        id,
        verdict: 'win',
        autoConfirm: slot.autoConfirm,
        confirmWithinHours: slot.confirmWithinHours,
      };
    }
    if (slot.refusal) return { id, verdict: 'refuse', reason: slot.refusal };
    return { id, verdict: 'lose' };
  });
}

/** Appointments that hold a claim on a slot of this chunk but are not in the chunk themselves. */
export function outsideHolders(requests: UndecidedRequest[], claims: ClaimsDecided): string[] {
  const inside = new Set(requests.map(({ id }) => id));
  return claims.slots.flatMap(({ heldBy }) => (heldBy && !inside.has(heldBy) ? [heldBy] : []));
}
