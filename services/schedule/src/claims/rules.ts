import type { ClaimSlots, ClaimsDecided } from '@consulta/contracts';

export type Claim = ClaimSlots['claims'][number];
/** What becomes of one slot that was asked for. */
export type SlotDecision = ClaimsDecided['slots'][number];

/**
 * Gives each free slot to the first of its rivals in order of arrival (I2). An appointment with a history
 * (it was released, or it has a claim already) is passed over, and so is one that this call lets win
 * elsewhere. Answers by slot id, the order in which everyone writes claims, so that no two calls deadlock.
 */
export function chooseWinners(
  claims: readonly Claim[],
  slots: ReadonlyMap<string, SlotDecision>,
  withHistory: ReadonlySet<string>,
): Claim[] {
  const winners = new Map<string, Claim>();
  const winning = new Set<string>();
  for (const claim of claims) {
    const slot = slots.get(claim.slotId);
    if (!slot || slot.heldBy !== null || slot.refusal !== null || winners.has(claim.slotId)) continue;
    if (withHistory.has(claim.appointmentId) || winning.has(claim.appointmentId)) continue;
    winners.set(claim.slotId, claim);
    winning.add(claim.appointmentId);
  }
  return [...winners.values()].sort((a, b) => (a.slotId < b.slotId ? -1 : 1));
}
