import type { Caller, RevocationList } from '@consulta/platform/auth';
import type { Fanout } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { type EventConnection, heartbeatMs } from './connection.ts';
import type { StreamedEvent } from './queries.ts';
import { streamFollower } from './stream-follower.ts';

type Reader = { caller: Caller; connection: EventConnection };

export type LiveStreams = {
  /**
   * Adds a reader, who is told every event after `head` from now on; returns how to take it out.
   *
   * @param head the newest event there was before.
   */
  add: (reader: Reader, head: number) => () => void;
  /** How many are open. */
  count: () => number;
  /** Ends all streams, and lets no more begin. */
  end: () => void;
  /** Begins to follow what happens; returns how to end that. */
  follow: () => { stop: () => Promise<void> };
};

/**
 * The open event streams of this process. Each gets what happens to its caller's appointments. A stream ends when its
 * token expires or its session is revoked.
 */
export function liveStreams(deps: {
  fanout: Fanout;
  log: Log;
  /** All people's events after an id, oldest first. */
  readAfter: (afterId: number, limit: number) => Promise<StreamedEvent[]>;
  revocations: RevocationList;
  /** Streams one person may keep open in this process; a further one ends the oldest. */
  perUserMax: number;
  /** The clock that tokens expire by, in Unix ms; the machine's unless said. */
  nowMs?: () => number;
}): LiveStreams {
  const nowMs = deps.nowMs ?? Date.now;
  const readers = new Map<string, Set<Reader>>();

  /** Beats while there are readers. */
  let heartbeat: NodeJS.Timeout | undefined;

  const remove = (reader: Reader) => {
    const ofUser = readers.get(reader.caller.userId);
    ofUser?.delete(reader);
    if (ofUser?.size === 0) readers.delete(reader.caller.userId);
    if (readers.size > 0) return;
    follower.rest();
    clearInterval(heartbeat);
    heartbeat = undefined;
  };
  const end = (reader: Reader) => {
    remove(reader);
    reader.connection.close();
  };
  const each = (visit: (reader: Reader) => void) => {
    for (const ofUser of readers.values()) for (const reader of [...ofUser]) visit(reader);
  };

  const tell = (events: StreamedEvent[]) => {
    for (const event of events) {
      for (const userId of [event.patientId, event.doctorId]) {
        for (const reader of readers.get(userId) ?? []) reader.connection.send(event);
      }
    }
  };
  const { readAfter, fanout, log } = deps;
  const follower = streamFollower({ readAfter, tell, fanout, log });
  const endRevoked = deps.revocations.onRevoked(() => {
    each((reader) => {
      if (!deps.revocations.isSignedIn(reader.caller)) end(reader);
    });
  });
  const beat = () =>
    each((reader) => {
      // Where nobody can tell who was signed out, nothing more is told.
      if (!deps.revocations.isSignedIn(reader.caller)) return end(reader);
      reader.connection.heartbeat();
    });

  let stopped = false;
  return {
    add: (reader, head) => {
      // A session may have ended while the request came this far.
      if (stopped || !deps.revocations.isSignedIn(reader.caller)) {
        reader.connection.close();
        return () => {};
      }
      const ofUser = readers.get(reader.caller.userId) ?? new Set();
      readers.set(reader.caller.userId, ofUser.add(reader));
      follower.begin(head);
      heartbeat ??= setInterval(beat, heartbeatMs);
      const [oldest] = ofUser;
      if (ofUser.size > deps.perUserMax && oldest) end(oldest);
      const lifeMs = Math.max(0, reader.caller.expiresAt * 1000 - nowMs());
      const expiry = setTimeout(() => end(reader), lifeMs);
      return () => {
        clearTimeout(expiry);
        remove(reader);
      };
    },
    count: () => readers.values().reduce((sum, ofUser) => sum + ofUser.size, 0),
    end: () => {
      stopped = true;
      endRevoked();
      each(end);
    },
    follow: follower.follow,
  };
}
