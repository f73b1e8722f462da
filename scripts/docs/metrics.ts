import type { MetricDefinition } from '@consulta/platform/process';
import { metricsTable } from '../../infra/monitoring/metrics.ts';

const intro = `<!-- Made from code: npm run docs -->
# Metrics

What \`/metrics\` tells, on the internal port (\`INTERNAL_PORT\`) only, in Prometheus' text format. Labels are words of
closed sets and patterns of routes, never ids and nothing of a person. What has to be asked of a database is asked at most
every 10 s and given up after 1 s; while a database is away the rest is told, and \`consulta_reading_up\` says what is
missing. Histograms export \`_bucket\`, \`_sum\` and \`_count\`; their bounds contain every threshold that an
objective uses.
`;

/** The page that lists every metric. */
export const metricDocs = (): string =>
  [intro, ...Object.entries(metricsTable).map(([part, metrics]) => partOf(part, metrics))].join('\n');

const partOf = (part: string, metrics: MetricDefinition[]) =>
  [
    `## ${part}`,
    '',
    '| metric | kind | unit | labels | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...metrics.map(rowOf),
    '',
  ].join('\n');

function rowOf(metric: MetricDefinition): string {
  const labels = Object.entries(metric.labels).map(
    ([label, values]) =>
      `\`${label}\`: ${typeof values === 'string' ? 'patterns of routes' : values.map((value) => `\`${value}\``).join(' ')}`,
  );
  const kind = metric.kind === 'histogram' ? `histogram to ${metric.bounds.join(', ')}` : metric.kind;
  return `| \`${metric.name}\` | ${kind} | ${metric.unit} | ${labels.join('; ') || '–'} | ${metric.meaning} |`;
}
