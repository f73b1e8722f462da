import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionStore, UndecidedRequest } from '@consulta/appointment/store';
import { type ClaimsDecided, claimCalls } from '@consulta/contracts';
import { isUnavailable } from '@consulta/platform/database';
import type { ServiceClient } from '@consulta/platform/http';
import { ProblemError } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import type { DecisionCounts } from './count-decisions.ts';
import { outsideHolders, verdictsOf } from './who-wins-a-slot.ts';

export type DecideDeps = {
  store: DecisionStore;
  schedule: ServiceClient;
  /** Called with the ids decided by each chunk, after its commit. */
  announce: (ids: string[]) => void;
  counts: DecisionCounts;
  log: Log;
  /** Aborted when no further chunk shall be begun. */
  stopping: AbortSignal;
};

/** The lines of these doctors, and what to pass over in them. */
type Lines = { doctorIds: readonly string[]; size: number; except: readonly string[] };

/** Lines decided by one call: few enough that other creators find some, and enough for large chunks. */
export const linesMax = 500;
/** Requests decided at once. */
const chunkMax = 1000;
/** No chunk is begun later than this: with the longest that one takes, deciding ends within 10 s. */
const chunksWithinMs = 5_000;
/** Lines that somebody else decides at the moment are looked at again for so long; then they are theirs. */
const busyForMs = 500;
const busyPauseMs = 50;

/**
 * Decides what waits in the lines of these doctors, in order of arrival, chunk by chunk, until nothing is left that can
 * be decided now or 5 s are over, also under load without end. A line that somebody else decides is left to them, and
 * what comes into one meanwhile has a hint of its own. When a chunk fails, its requests are decided one by one, so that
 * one that cannot be decided never holds up its neighbours. Throws when the databases or the schedule service are away.
 */
export async function decideLines(deps: DecideDeps, doctorIds: readonly string[]): Promise<void> {
  const within = limitOf(deps.stopping);
  try {
    await decideInChunks(deps, { doctorIds, size: chunkMax, except: [] }, within);
  } catch (error) {
    if (isTransient(error)) throw error;
    deps.log.error({ err: error }, 'a chunk cannot be decided; its requests are tried one by one');
    await decideOneByOne(deps, doctorIds, within);
  }
}

/** Whether a further chunk may be begun. */
type MayGoOn = () => boolean;

function limitOf(stopping: AbortSignal): MayGoOn {
  const untilMs = performance.now() + chunksWithinMs;
  return () => !stopping.aborted && performance.now() < untilMs;
}

async function decideInChunks(deps: DecideDeps, lines: Lines, mayGoOn: MayGoOn, note?: Note): Promise<void> {
  let { doctorIds } = lines;
  const busyUntilMs = performance.now() + busyForMs;
  while (doctorIds.length > 0 && mayGoOn()) {
    const { more, busy } = await decideChunk(deps, { ...lines, doctorIds }, note);
    if (more) continue;
    // Whoever decides a line may have looked at it before the last request came in.
    if (performance.now() > busyUntilMs) return;
    if (busy.length > 0) await sleep(busyPauseMs);
    doctorIds = busy;
  }
}

/** Told the first request of each chunk before it is judged. */
type Note = (id: string) => void;

async function decideOneByOne(
  deps: DecideDeps,
  doctorIds: readonly string[],
  mayGoOn: MayGoOn,
): Promise<void> {
  const failing: string[] = [];
  while (failing.length < chunkMax && mayGoOn()) {
    let current: string | undefined;
    const note = (id: string) => {
      current = id;
    };
    try {
      await decideInChunks(deps, { doctorIds, size: 1, except: failing }, mayGoOn, note);
      break;
    } catch (error) {
      if (isTransient(error) || current === undefined) throw error;
      deps.log.error({ err: error, appointmentId: current }, 'a request cannot be decided');
      deps.counts.undecidable();
      failing.push(current);
    }
  }
}

/** Out of reach or overloaded: nothing is wrong with the requests themselves. */
export const isTransient = (error: unknown): boolean =>
  isUnavailable(error) || (error instanceof ProblemError && error.status === 503);

const noClaims: ClaimsDecided = { slots: [], released: [] };

type Outcome = {
  /** Whether the next chunk will find something that this one did not: there was more, or something moved. */
  more: boolean;
  /** Doctors whose lines somebody else decides. */
  busy: string[];
};

async function decideChunk(
  { store, schedule, announce, counts }: DecideDeps,
  lines: Lines,
  note: Note = () => {},
): Promise<Outcome> {
  let claims = noClaims;
  const { requests, decided, busy } = await store.decideChunk(lines, async (asked) => {
    if (asked[0]) note(asked[0].id);
    claims = await claim(schedule, asked);
    return verdictsOf(asked, claims);
  });
  if (decided.length > 0) announce(decided.map(({ id }) => id));
  counts.decided(decided);
  if (decided.length === requests.length) return { more: requests.length === lines.size, busy };
  // Rivals wait for the slots of those who fell, or behind a claim whose appointment is closed: free both now
  // rather than by the event that is on its way.
  const claimed = new Set(claims.slots.map(({ heldBy }) => heldBy));
  const fallen = decided
    .filter(({ id, status }) => status === 'rejected' && claimed.has(id))
    .map(({ id }) => id);
  const closed = await store.findClosed(outsideHolders(requests, claims));
  await release(schedule, [...fallen, ...closed]);
  return { more: decided.length > 0 || closed.length > 0, busy };
}

function claim(schedule: ServiceClient, requests: UndecidedRequest[]): Promise<ClaimsDecided> {
  const claims = requests.map(({ id, slotId }) => ({ appointmentId: id, slotId }));
  return schedule.call(claimCalls.claim, { claims });
}

async function release(schedule: ServiceClient, appointmentIds: string[]): Promise<void> {
  if (appointmentIds.length > 0) await schedule.call(claimCalls.release, { appointmentIds });
}
