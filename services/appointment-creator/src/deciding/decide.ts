import type { DecisionStore, UndecidedRequest } from '@consulta/appointment';
import type { ClaimSlots, ClaimsDecided } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform';
import { outsideHolders, verdictsOf } from './rules.ts';

/** Requests decided at once. */
export const chunkMax = 2000;

export type DecideDeps = {
  store: DecisionStore;
  schedule: ServiceClient;
  /** Called with the ids decided by each chunk, after its commit. */
  announce: (ids: string[]) => void;
};

/**
 * Decides all that these doctors' patients asked for, in order of arrival, chunk by chunk, until nothing is
 * left that can be decided now. What remains undecided (its slot's holder is being decided elsewhere) is woken
 * again by the sweep.
 */
export async function decideFor(deps: DecideDeps, doctorIds: string[]): Promise<void> {
  for (;;) {
    const requests = await deps.store.takeUndecided(doctorIds, chunkMax);
    if (requests.length === 0) return;
    const progressed = await decideChunk(deps, requests);
    if (!progressed) return;
  }
}

/** Answers whether anything moved: a decision was made or a dead claim freed. */
async function decideChunk(deps: DecideDeps, requests: UndecidedRequest[]): Promise<boolean> {
  const claims = await claim(deps.schedule, requests);
  const decided = await deps.store.decide(requests, verdictsOf(requests, claims));
  if (decided.length > 0) deps.announce(decided.map(({ id }) => id));

  const wonClaim = new Set(claims.slots.map(({ heldBy }) => heldBy));
  const fallen = decided
    .filter(({ id, status }) => status === 'rejected' && wonClaim.has(id))
    .map(({ id }) => id);
  if (decided.length === requests.length) return true;
  // Rivals wait for the slots of those who fell, or behind a claim whose appointment is closed: free both now
  // rather than by the event that is on its way.
  const closed = await deps.store.findClosed(outsideHolders(requests, claims));
  await release(deps.schedule, [...fallen, ...closed]);
  return decided.length > 0 || closed.length > 0;
}

function claim(schedule: ServiceClient, requests: UndecidedRequest[]): Promise<ClaimsDecided> {
  const body: ClaimSlots = { claims: requests.map(({ id, slotId }) => ({ appointmentId: id, slotId })) };
  return schedule.call<ClaimsDecided>('POST', '/internal/claims', body);
}

async function release(schedule: ServiceClient, appointmentIds: string[]): Promise<void> {
  if (appointmentIds.length > 0) await schedule.call('POST', '/internal/claims/release', { appointmentIds });
}
