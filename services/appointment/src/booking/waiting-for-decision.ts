import { channels } from '@consulta/contracts';
import type { Fanout } from '@consulta/platform/messaging';

/** Resolves when the appointment may be decided, at the latest after `waitMs`; `cancel` gives up. */
export type DecisionWait = { promise: Promise<void>; cancel: () => void };

/**
 * Callers that wait for a decision. They subscribe before the request is stored, so a decision cannot slip
 * between; a missed announcement costs them only time, since they read again at the deadline.
 */
export function decisionWaiters(fanout: Fanout): {
  wait: (id: string, waitMs: number) => DecisionWait;
  stop: () => void;
} {
  const waiting = new Map<string, () => void>();
  let stopped = false;
  const unsubscribe = fanout.subscribe(channels.appointmentsDecided, (ids) => {
    for (const id of ids) waiting.get(id)?.();
  });
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
  const stop = () => {
    stopped = true;
    unsubscribe();
    for (const resolve of waiting.values()) resolve();
  };
  return { wait, stop };
}
