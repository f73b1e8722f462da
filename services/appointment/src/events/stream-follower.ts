import { channels } from '@consulta/contracts';
import type { Fanout } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { wakeableLoop } from '@consulta/platform/work';
import { heartbeatMs } from './connection.ts';
import type { StreamedEvent } from './queries.ts';

const batchMax = 5_000;

export type StreamFollower = {
  /** Events after this id are told from now on. Later calls change nothing until `rest`. */
  begin: (afterId: number) => void;
  /** Nobody reads any more. */
  rest: () => void;
  /** Begins to hear that there is more; returns how to end that. */
  follow: () => { stop: () => Promise<void> };
};

/**
 * Follows the numbered stream by its numbers, one query for all readers of this process. An announcement says only that
 * there is more: it may be lost, come twice or cross another, and still each event is told once, in order.
 */
export function streamFollower(deps: {
  /** All people's events after an id, oldest first. */
  readAfter: (afterId: number, limit: number) => Promise<StreamedEvent[]>;
  tell: (events: StreamedEvent[]) => void;
  fanout: Fanout;
  log: Log;
}): StreamFollower {
  /** The last event told; undefined while nobody reads. */
  let position: number | undefined;
  const round = async () => {
    if (position === undefined) return false;
    const events = await deps.readAfter(position, batchMax);
    const last = events.at(-1);
    // Whoever began while this was read holds what is told and has read what came before.
    if (position === undefined || last === undefined) return false;
    position = last.streamId;
    deps.tell(events);
    return events.length === batchMax;
  };
  return {
    begin: (afterId) => {
      position ??= afterId;
    },
    rest: () => {
      position = undefined;
    },
    follow: () => {
      const loop = wakeableLoop({ name: 'live events', idleMs: heartbeatMs, round, log: deps.log });
      const ends = [deps.fanout.subscribe(channels.eventsNumbered, loop.wake), deps.fanout.onLost(loop.wake)];
      return {
        stop: () => {
          for (const end of ends) end();
          return loop.stop();
        },
      };
    },
  };
}
