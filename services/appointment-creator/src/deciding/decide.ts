import type { DecisionStore, UndecidedRequest } from '@consulta/appointment';
import type { ClaimSlots, ClaimsDecided } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform';
import { outsideHolders, verdictsOf } from './rules.ts';

export type DecideDeps = {
  store: DecisionStore;
  schedule: ServiceClient;
  /** Called with the ids decided by each chunk, after its commit. */
  announce: (ids: string[]) => void;
};

/**
 * Decides everything that waits, in order of arrival, chunk by chunk, until nothing is left that can be decided
 * now. What remains (its slot's holder is being decided elsewhere) is woken again by the sweep.
 */
export async function decideWaiting(deps: DecideDeps): Promise<void> {
  while (await decideChunk(deps)) {
    // the next chunk
  }
}

const noClaims: ClaimsDecided = { slots: [], released: [] };

/** Answers whether anything moved: a decision was made or a dead claim freed. */
async function decideChunk({ store, schedule, announce }: DecideDeps): Promise<boolean> {
  let claims = noClaims;
  const { requests, decided } = await store.decideChunk(async (asked) => {
    claims = await claim(schedule, asked);
    return verdictsOf(asked, claims);
  });
  if (decided.length > 0) announce(decided.map(({ id }) => id));
  if (decided.length === requests.length) return requests.length > 0;
  // Rivals wait for the slots of those who fell, or behind a claim whose appointment is closed: free both now
  // rather than by the event that is on its way.
  const claimed = new Set(claims.slots.map(({ heldBy }) => heldBy));
  const fallen = decided
    .filter(({ id, status }) => status === 'rejected' && claimed.has(id))
    .map(({ id }) => id);
  const closed = await store.findClosed(outsideHolders(requests, claims));
  await release(schedule, [...fallen, ...closed]);
  return decided.length > 0 || closed.length > 0;
}

function claim(schedule: ServiceClient, requests: UndecidedRequest[]): Promise<ClaimsDecided> {
  const body: ClaimSlots = { claims: requests.map(({ id, slotId }) => ({ appointmentId: id, slotId })) };
  return schedule.call<ClaimsDecided>('POST', '/internal/claims', body);
}

async function release(schedule: ServiceClient, appointmentIds: string[]): Promise<void> {
  if (appointmentIds.length > 0) await schedule.call('POST', '/internal/claims/release', { appointmentIds });
}
