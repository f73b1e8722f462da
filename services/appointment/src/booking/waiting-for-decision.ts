import { channels } from '@consulta/contracts';
import type { Fanout } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { wakeableLoop } from '@consulta/platform/work';

/** Resolves when the appointment may be decided, at the latest after `waitMs`; `cancel` gives up. */
export type DecisionWait = { promise: Promise<void>; cancel: () => void };

export type DecisionWaiters = {
  wait: (id: string, waitMs: number) => DecisionWait;
  /** Nobody waits any more. */
  end: () => void;
  /** Begins to hear of decisions; returns how to end that. */
  follow: () => { stop: () => Promise<void> };
};

/** How long one caller waits at most, in milliseconds. */
export const waitMsMax = 10_000;

/**
 * Callers that wait for a decision. They wait before the request is stored, so a decision cannot slip between; where
 * announcements may have been lost, one query for all of them finds out. One that is lost unnoticed costs only time,
 * since callers read again at the deadline.
 */
export function decisionWaiters(deps: {
  fanout: Fanout;
  log: Log;
  /** Which of these requests are decided. */
  findDecided: (ids: string[]) => Promise<string[]>;
}): DecisionWaiters {
  const waiting = new Map<string, () => void>();
  let stopped = false;
  const wake = (ids: string[]) => {
    for (const id of ids) waiting.get(id)?.();
  };
  const look = async () => {
    if (waiting.size > 0) wake(await deps.findDecided([...waiting.keys()]));
    return false;
  };
  const follow = () => {
    const { fanout, log } = deps;
    const loop = wakeableLoop({ name: 'awaited decisions', idleMs: waitMsMax, round: look, log });
    const ends = [fanout.subscribe(channels.appointmentsDecided, wake), fanout.onLost(loop.wake)];
    const stop = () => {
      for (const end of ends) end();
      return loop.stop();
    };
    return { stop };
  };
  const wait = (id: string, waitMs: number): DecisionWait => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, stopped ? 0 : waitMs);
    waiting.set(id, resolve);
    const cancel = () => {
      clearTimeout(timer);
      waiting.delete(id);
    };
    return { promise: promise.finally(cancel), cancel };
  };
  const end = () => {
    stopped = true;
    for (const resolve of waiting.values()) resolve();
  };
  return { wait, end, follow };
}
