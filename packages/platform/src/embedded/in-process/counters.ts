import { type Counters, windowMs } from '../../http/counters.ts';

/** Counters kept for one minute: 20,000 patients at once on ten routes each, twice over. */
const countersMax = 400_000;

/**
 * The embedded mode's counters, in this process: no more than one minute's callers; if they are too many, the oldest of
 * them are forgotten.
 *
 * @param clock the time in milliseconds since 1970.
 */
export function inProcessCounters(clock: () => number = Date.now): Counters {
  let minute = 0;
  let counts = new Map<string, number>();
  return {
    count: async (key) => {
      const nowMs = clock();
      if (minute !== Math.floor(nowMs / windowMs)) {
        minute = Math.floor(nowMs / windowMs);
        counts = new Map();
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (counts.size > countersMax) forgetOldest(counts);
      return { count, leftMs: (minute + 1) * windowMs - nowMs };
    },
  };
}

function forgetOldest(counts: Map<string, number>): void {
  const [oldest] = counts.keys();
  if (oldest !== undefined) counts.delete(oldest);
}
