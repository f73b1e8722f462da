import type { Decided } from '@consulta/appointment/store';
import type { Metrics } from '@consulta/platform/process';
import { constraintRefusals, decisionSeconds, decisions, sweptLines, undecidable } from '../metrics.ts';

/** Counts what the creator does. */
export type DecisionCounts = {
  decided: (decided: readonly Decided[]) => void;
  swept: (lines: number) => void;
  undecidable: () => void;
};

export function decisionCounts(metrics: Metrics): DecisionCounts {
  const seconds = metrics.histogram(decisionSeconds);
  const total = metrics.counter(decisions);
  const constrained = metrics.counter(constraintRefusals);
  const swept = metrics.counter(sweptLines);
  const failing = metrics.counter(undecidable);
  return {
    decided: (decided) => {
      const outcomes = new Map<string, number>();
      for (const each of decided) {
        seconds.observe(Math.max(0, each.seconds));
        const outcome = each.reason ?? each.status;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (each.constrained) constrained.inc();
      }
      for (const [outcome, count] of outcomes) total.inc({ outcome }, count);
    },
    swept: (lines) => swept.inc(lines),
    undecidable: () => failing.inc(),
  };
}
