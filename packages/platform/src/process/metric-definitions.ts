import type { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** What a label may say: a closed set of words, or the patterns of the deployed routes. Never an id or a person's. */
export type LabelValues = readonly string[] | 'routes';

export type Described<Kind extends string, Label extends string> = {
  kind: Kind;
  /** With its unit last, as Prometheus names things. */
  name: string;
  unit: 'seconds' | 'bytes' | 'count' | 'ratio' | 'Unix seconds' | 'yes or no';
  meaning: string;
  labels: Readonly<Record<Label, LabelValues>>;
};

export type CounterDefinition<Label extends string = string> = Described<'counter', Label>;
export type GaugeDefinition<Label extends string = string> = Described<'gauge', Label>;
export type HistogramDefinition<Label extends string = string> = Described<'histogram', Label> & {
  /** In the unit; they contain every threshold that an objective uses. */
  bounds: readonly number[];
};
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

type Plain<Definition extends { kind: string }> = Omit<Definition, 'kind'>;

/** Describes a number that only grows. */
export const counter = <const Label extends string>(
  of: Plain<CounterDefinition<Label>>,
): CounterDefinition<Label> => ({ ...of, kind: 'counter' });

/** Describes a number that goes up and down. */
export const gauge = <const Label extends string>(
  of: Plain<GaugeDefinition<Label>>,
): GaugeDefinition<Label> => ({ ...of, kind: 'gauge' });

/** Describes a number of measurements within bounds. */
export const histogram = <const Label extends string>(
  of: Plain<HistogramDefinition<Label>>,
): HistogramDefinition<Label> => ({ ...of, kind: 'histogram' });

/** The questions whose answers are metrics. A new one is added here. */
export const readingNames = [
  'users',
  'schedules',
  'appointments',
  'line',
  'trail',
  'invariants',
  'queues',
] as const;

/** A question to something slow, such as a database, whose answer is shown. */
export type Reading = {
  name: (typeof readingNames)[number];
  /** Asks, and answers how to show what came. */
  read: () => Promise<() => void>;
  /** Takes away what an earlier answer showed: what is not known is not told. */
  forget: () => void;
};

export type Metrics = {
  registry: Registry;
  /** Of one description there is one metric, however often it is asked for. */
  counter: <Label extends string>(
    definition: CounterDefinition<Label>,
    collect?: (counter: Counter<Label>) => void,
  ) => Counter<Label>;
  /** @param collect sets it just before it is read */
  gauge: <Label extends string>(
    definition: GaugeDefinition<Label>,
    collect?: (gauge: Gauge<Label>) => void,
  ) => Gauge<Label>;
  histogram: <Label extends string>(definition: HistogramDefinition<Label>) => Histogram<Label>;
  /** Has something read when metrics are asked for, at most every 10 s and within 1 s; answers how to end that. */
  addReading: (reading: Reading) => () => void;
  /** All of it in Prometheus' text format; it comes within about a second, whatever is away. */
  text: () => Promise<string>;
};
