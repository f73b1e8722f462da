import { authMetrics } from './auth/metrics.ts';
import { diskMetrics } from './embedded/disk-space.ts';
import { httpMetrics } from './http/request-metrics.ts';
import { messagingMetrics } from './messaging/metrics.ts';
import type { MetricDefinition } from './process/metric-definitions.ts';
import { processMetrics } from './process/process-metrics.ts';
import { readingMetrics } from './process/readings.ts';

/** What the platform counts in every process, in the order of the page that lists it. */
export const platformMetrics: MetricDefinition[] = [
  ...httpMetrics,
  ...authMetrics,
  ...messagingMetrics,
  ...readingMetrics,
  ...diskMetrics,
  ...processMetrics,
];
