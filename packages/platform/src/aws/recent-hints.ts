import type { BusMessage } from '../messaging/bus.ts';

/** For how long after a hint its key gets no other. */
export const hintEveryMs = 200;

/**
 * Which hints go out now: none of a key that had one lately, which waits for its time, and of several of a key at once
 * the last. An engine that merges no messages would otherwise carry one for each booking of a rush.
 *
 * @param now the time in milliseconds, of a clock that only goes forward.
 */
export function recentHints(now: () => number = () => performance.now()) {
  /** When each key was last hinted at, oldest first. */
  const hinted = new Map<string, number>();
  const forgetOld = (beforeMs: number) => {
    for (const [key, atMs] of hinted) {
      if (atMs > beforeMs) return;
      hinted.delete(key);
    }
  };
  return {
    /** Parts messages into those for now and those for later; the earlier of several of one key are dropped. */
    part: (messages: readonly BusMessage[]): { now: BusMessage[]; later: BusMessage[] } => {
      forgetOld(now() - hintEveryMs);
      const last = [...new Map(messages.map((message) => [message.key, message])).values()];
      return {
        now: last.filter(({ key }) => !hinted.has(key)),
        later: last.filter(({ key }) => hinted.has(key)),
      };
    },
    /** Takes note of hints that went out. */
    sent: (messages: readonly BusMessage[]): void => {
      for (const { key } of messages) {
        hinted.delete(key);
        hinted.set(key, now());
      }
    },
  };
}
