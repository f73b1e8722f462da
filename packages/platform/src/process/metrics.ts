import { Counter, Gauge, Histogram, type LabelValues as Labels, Registry } from '@prometheus-io/client';
import type { Described, LabelValues, Metrics } from './metric-definitions.ts';
import { showProcess } from './process-metrics.ts';
import { createReadings, readingUp } from './readings.ts';

export type { Metrics } from './metric-definitions.ts';

type LabelOf<Definition> = Definition extends Described<string, infer Label> ? Label : never;

/** The process's Prometheus metrics; labels are route patterns and words, never ids. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const made = new Map<string, unknown>();
  /** One name has one description, so what was made of it before is of its kind. */
  const once = <M>(name: string, make: () => M): M => {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as M;
  };
  const common = <Label extends string>({ name, meaning, labels }: Described<string, Label>) => {
    const labelNames = Object.keys(labels) as Label[];
    return { name, help: meaning, labelNames, registers: [registry] };
  };
  const gaugeOf: Metrics['gauge'] = (definition, collect) =>
    once(definition.name, () => {
      const made: Gauge<LabelOf<typeof definition>> = new Gauge({
        ...common(definition),
        collect: () => collect?.(made),
      });
      return made;
    });
  const readings = createReadings(gaugeOf(readingUp));
  const metrics: Metrics = {
    registry,
    counter: (definition, collect) =>
      once(definition.name, () => {
        const made: Counter<LabelOf<typeof definition>> = new Counter({
          ...common(definition),
          collect: () => collect?.(made),
        });
        for (const labels of combinations(definition.labels)) made.inc(labels, 0);
        return made;
      }),
    gauge: gaugeOf,
    histogram: (definition) =>
      once(definition.name, () => new Histogram({ ...common(definition), buckets: [...definition.bounds] })),
    addReading: readings.add,
    text: async () => {
      await readings.refresh();
      return registry.metrics();
    },
  };
  showProcess(metrics);
  return metrics;
}

/**
 * Every combination of labels whose values are words: a counter begins at zero for each, or Prometheus would not see the
 * first of a kind, which may be the first failure. None where one of the labels is open.
 */
function combinations<Label extends string>(labels: Readonly<Record<Label, LabelValues>>): Labels<Label>[] {
  let found = [{} as Labels<Label>];
  for (const label of Object.keys(labels) as Label[]) {
    const values = labels[label];
    if (typeof values === 'string') return [];
    found = found.flatMap((each) => values.map((value): Labels<Label> => ({ ...each, [label]: value })));
  }
  return found;
}
