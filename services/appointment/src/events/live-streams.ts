import { channels } from '@consulta/contracts';
import type { Caller, RevocationList } from '@consulta/platform/auth';
import type { Fanout } from '@consulta/platform/messaging';
import { type EventConnection, heartbeatMs } from './connection.ts';

type Reader = { caller: Caller; connection: EventConnection; catchUp: () => Promise<void> };

export type LiveStreams = {
  /** Adds a reader; returns how to take it out. */
  add: (reader: Reader) => () => void;
  stop: () => void;
};

/**
 * The open event streams of this process. Each gets what the sequencer announces about its caller's
 * appointments, and at every heartbeat reads again what an announcement that got lost would have told. A
 * stream ends when its token expires or its session is revoked.
 */
export function liveStreams(deps: {
  fanout: Fanout;
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

  const unsubscribe = deps.fanout.subscribe(channels.eventsNumbered, (events) => {
    for (const event of events) {
      for (const userId of [event.patientId, event.doctorId]) {
        for (const reader of readers.get(userId) ?? []) reader.connection.send(event);
      }
    }
  });
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
      void reader.catchUp().catch(() => end(reader));
    });

  let stopped = false;
  return {
    add: (reader) => {
      // A session may have ended while the reader caught up.
      if (stopped || !deps.revocations.isSignedIn(reader.caller)) {
        reader.connection.close();
        return () => {};
      }
      const ofUser = readers.get(reader.caller.userId) ?? new Set();
      readers.set(reader.caller.userId, ofUser.add(reader));
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
    stop: () => {
      stopped = true;
      unsubscribe();
      endRevoked();
      each(end);
    },
  };
}
