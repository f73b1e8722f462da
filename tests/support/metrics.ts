import assert from 'node:assert/strict';
import type { LabelValues, MetricDefinition } from '@consulta/platform/process';
import { metricsByName } from '../../infra/monitoring/metrics.ts';

export type Sample = { name: string; labels: Record<string, string>; value: number };
export type Scrape = { text: string; types: Map<string, string>; samples: Sample[] };

/** Reads Prometheus' text format. */
export function parseMetrics(text: string): Scrape {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed && type) types.set(typed, type);
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (!name) continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return { text, types, samples };
}

/** Asks a process for its metrics. */
export async function scrape(internalUrl: string): Promise<Scrape> {
  const response = await fetch(`${internalUrl}/metrics`);
  assert.equal(response.status, 200);
  return parseMetrics(await response.text());
}

/** Whose name a sample has: a histogram exports three. */
export const definitionOf = ({ name }: { name: string }): MetricDefinition | undefined =>
  metricsByName.get(name) ?? metricsByName.get(name.replace(/_(bucket|sum|count)$/, ''));

/** What must never be told: ids, addresses, numbers and names of persons. */
const personal: [string, RegExp][] = [
  ['a UUID', /[0-9a-f]{8}-[0-9a-f]{4}-/i],
  ['an e-mail', /[\w.]@[\w.]/],
  ['a CPF', /\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|"\d{11}"/],
  ['a phone number', /\+55\d{8,}/],
  ['a name of the tests', /Beatriz|Carlos Eduardo/],
];

const internalRoutes = ['/metrics', '/health/live', '/health/ready', '/.well-known/jwks.json'];

/**
 * Holds what a process exports to the table: each metric is in it with its kind, each label with a value of its set;
 * nothing personal, and fewer than 5,000 samples.
 */
export function assertAsDeclared({ text, types, samples }: Scrape, routes: Iterable<string>): void {
  const known = new Set([...routes, ...internalRoutes, 'none', '*']);
  for (const [name, type] of types) assert.equal(type, metricsByName.get(name)?.kind, name);
  for (const { name, labels } of samples) {
    const definition = definitionOf({ name });
    assert.ok(definition, `${name} is not in the table`);
    for (const [label, value] of Object.entries(labels)) {
      if (label === 'le' && definition.kind === 'histogram') continue;
      const values: LabelValues | undefined = definition.labels[label];
      const isKnown: boolean | undefined =
        values === 'routes' ? known.has(value) || value.startsWith('/internal/') : values?.includes(value);
      assert.ok(isKnown, `${name}{${label}="${value}"}`);
    }
  }
  for (const [what, pattern] of personal) assert.doesNotMatch(text, pattern, what);
  assert.ok(samples.length < 5_000, `${samples.length} samples`);
}
