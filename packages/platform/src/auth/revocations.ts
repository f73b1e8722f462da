import { channels, type Revocation, type Revocations } from '@consulta/contracts';
import { details } from '@consulta/contracts/details';
import type { Fanout } from '../messaging/fanout.ts';
import { problem } from '../problems/problem.ts';
import type { Log } from '../process/log.ts';
import { wakeableLoop } from '../work/wakeable-loop.ts';
import { type Caller, revocationsKeptSeconds } from './access-token.ts';

const staleAfterMs = 30_000;
const keptMs = revocationsKeptSeconds * 1000;
/** Two reads overlap by this much, since rows commit later than their time says. */
const overlapMs = 10_000;

export type RevocationList = {
  /** Throws 503 when the feed is older than 30 s: then nobody can tell who was signed out. */
  assertFresh: () => void;
  /** Whether the caller's session goes on; false also when that can't be told. */
  isSignedIn: (caller: Caller) => boolean;
  /** Throws 401 when the caller's session has ended, and 503 as `assertFresh` does. */
  assertSignedIn: (caller: Caller) => void;
  /** Calls back after each new revocation, so that open streams can close and copies of names be dropped. */
  onRevoked: (listener: (revocation: Revocation) => void) => () => void;
};

export type RevocationFeed = RevocationList & {
  /** Begins to follow; resolves once the list is known, however often reading it fails before. */
  start: () => Promise<void>;
  /** Seconds since the list was last known to be whole; infinite before the first time. */
  ageSeconds: () => number;
  /** Ends following. A `start` that still waits throws. */
  stop: () => Promise<void>;
};

/** The sessions and users revoked lately, followed by polling and by fan-out. */
export function revocationFeed(options: {
  /** Reads what was revoked since an instant (`GET /internal/revocations`). */
  read: (since: string) => Promise<Revocations>;
  fanout: Fanout;
  log: Log;
  pollMs?: number;
}): RevocationFeed {
  const revoked = revokedLately();
  const listeners = new Set<(revocation: Revocation) => void>();
  let since = new Date(Date.now() - keptMs);
  let freshAtMs = Number.NEGATIVE_INFINITY;
  const known = Promise.withResolvers<void>();
  known.promise.catch(() => {});
  let following: { stop: () => Promise<void> } | undefined;

  const add = (revocation: Revocation) => {
    if (!revoked.add(revocation)) return;
    for (const listener of listeners) listener(revocation);
  };
  const poll = async () => {
    const startedMs = performance.now();
    const { now, items } = await options.read(since.toISOString());
    for (const item of items) add(item);
    since = new Date(Date.parse(now) - overlapMs);
    freshAtMs = startedMs;
    revoked.forgetOld();
    known.resolve();
    return false;
  };
  const follow = () => {
    const loop = wakeableLoop({
      name: 'revocations',
      idleMs: options.pollMs ?? 1_000,
      round: poll,
      log: options.log,
    });
    const ends = [options.fanout.subscribe(channels.revoked, add), options.fanout.onLost(loop.wake)];
    const stop = () => {
      for (const end of ends) end();
      return loop.stop();
    };
    return { stop };
  };

  const ageMs = () => performance.now() - freshAtMs;
  const isFresh = () => ageMs() <= staleAfterMs;
  const assertFresh = () => {
    if (!isFresh()) {
      throw problem('unavailable', details.sessionUnknown);
    }
  };

  return {
    assertFresh,
    isSignedIn: (caller) => isFresh() && !revoked.covers(caller),
    assertSignedIn: (caller) => {
      assertFresh();
      if (revoked.covers(caller)) throw problem('unauthorized', details.sessionEnded);
    },
    onRevoked: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ageSeconds: () => ageMs() / 1000,
    start: () => {
      following ??= follow();
      return known.promise;
    },
    stop: async () => {
      known.reject(new Error('following revocations has ended'));
      await following?.stop();
    },
  };
}

/** Which sessions and users were revoked, and when, for as long as an access token of before may live. */
function revokedLately() {
  const sessions = new Map<string, number>();
  const users = new Map<string, number>();
  return {
    /** Answers whether this is news. */
    add: ({ kind, id, at }: Revocation): boolean => {
      const known = kind === 'session' ? sessions : users;
      const atMs = Date.parse(at);
      if ((known.get(id) ?? 0) >= atMs) return false;
      known.set(id, atMs);
      return true;
    },
    covers: (caller: Caller): boolean => {
      if (sessions.has(caller.sessionId)) return true;
      const atMs = users.get(caller.userId);
      return atMs !== undefined && caller.issuedAt * 1000 <= atMs;
    },
    forgetOld: (): void => {
      const oldestMs = Date.now() - keptMs;
      for (const known of [sessions, users]) {
        for (const [id, atMs] of known) if (atMs < oldestMs) known.delete(id);
      }
    },
  };
}
