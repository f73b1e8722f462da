import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionStore, UndecidedRequest } from '@consulta/appointment/store';
import { type ClaimsDecided, claimCalls } from '@consulta/contracts';
import { isUnavailable } from '@consulta/platform/database';
import type { ServiceClient } from '@consulta/platform/http';
import { ProblemError } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { outsideHolders, verdictsOf } from './who-wins-a-slot.ts';

export type DecideDeps = {
  store: DecisionStore;
  schedule: ServiceClient;
  /** Called with the ids decided by each chunk, after its commit. */
  announce: (ids: string[]) => void;
  log: Log;
  /** Called with the first request of each chunk before it is judged. */
  noteFirst?: (id: string) => void;
};

/** Requests decided at once. */
const chunkMax = 1000;
/** The shortest time between the starts of two chunks, so that under load few large ones do the work of many. */
const chunkSpacingMs = 60;

/**
 * Decides everything that waits, in order of arrival, chunk by chunk, until nothing is left that can be decided
 * now. What remains (its slot's holder is being decided elsewhere) is woken again by the sweep. When a chunk fails,
 * its requests are decided one by one, so that one that cannot be decided never holds up its neighbours.
 */
export async function decideWaiting(deps: DecideDeps): Promise<void> {
  try {
    await decideInChunks(deps, chunkMax, []);
  } catch (error) {
    if (isTransient(error)) throw error;
    deps.log.error({ err: error }, 'a chunk cannot be decided; its requests are tried one by one');
    await decideOneByOne(deps);
  }
}

async function decideInChunks(deps: DecideDeps, size: number, except: string[]): Promise<void> {
  for (;;) {
    const startedMs = performance.now();
    if (!(await decideChunk(deps, { size, except }))) return;
    const spareMs = chunkSpacingMs - (performance.now() - startedMs);
    if (size > 1 && spareMs > 0) await sleep(spareMs);
  }
}

async function decideOneByOne(deps: DecideDeps): Promise<void> {
  const failing: string[] = [];
  while (failing.length < chunkMax) {
    let current: string | undefined;
    const noteFirst = (id: string) => {
      current = id;
    };
    try {
      await decideInChunks({ ...deps, noteFirst }, 1, failing);
      break;
    } catch (error) {
      if (isTransient(error) || current === undefined) throw error;
      deps.log.error({ err: error, appointmentId: current }, 'a request cannot be decided');
      failing.push(current);
    }
  }
}

/** Out of reach or overloaded: nothing is wrong with the requests themselves. */
const isTransient = (error: unknown) =>
  isUnavailable(error) || (error instanceof ProblemError && error.status === 503);

const noClaims: ClaimsDecided = { slots: [], released: [] };

/** Answers whether anything moved: a decision was made or a dead claim freed. */
async function decideChunk(
  { store, schedule, announce, noteFirst }: DecideDeps,
  chunk: { size: number; except: string[] },
): Promise<boolean> {
  let claims = noClaims;
  const { requests, decided } = await store.decideChunk(chunk, async (asked) => {
    if (asked[0]) noteFirst?.(asked[0].id);
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
  const claims = requests.map(({ id, slotId }) => ({ appointmentId: id, slotId }));
  return schedule.call(claimCalls.claim, { claims });
}

async function release(schedule: ServiceClient, appointmentIds: string[]): Promise<void> {
  if (appointmentIds.length > 0) await schedule.call(claimCalls.release, { appointmentIds });
}
