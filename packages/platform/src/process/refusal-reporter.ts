import type { Log } from './log.ts';
import type { CounterDefinition, Metrics } from './metric-definitions.ts';

const logEveryMs = 60_000;

/**
 * Tells administrators that a limit refuses people, without saying whom: a counter by `reason`, and a warning in the log
 * for the first refusal and then at most once a minute, with how many of each reason there were.
 */
export function refusalReporter(
  { log, metrics }: { log: Log; metrics: Metrics },
  { counted, message }: { counted: CounterDefinition<'reason'>; message: string },
): (reason: string) => void {
  const total = metrics.counter(counted);
  let unsaid = new Map<string, number>();
  let saidAtMs = Number.NEGATIVE_INFINITY;
  const say = () => {
    if (unsaid.size === 0) return;
    log.warn({ refused: Object.fromEntries(unsaid) }, message);
    unsaid = new Map();
    saidAtMs = performance.now();
  };
  return (reason) => {
    total.inc({ reason });
    const before = unsaid.size;
    unsaid.set(reason, (unsaid.get(reason) ?? 0) + 1);
    const dueInMs = saidAtMs + logEveryMs - performance.now();
    if (dueInMs <= 0) say();
    else if (before === 0) setTimeout(say, dueInMs).unref();
  };
}
