import { appointmentMetrics } from '@consulta/appointment/metrics';
import { creatorMetrics } from '@consulta/appointment-creator/metrics';
import { platformMetrics } from '@consulta/platform/metrics';
import type { MetricDefinition } from '@consulta/platform/process';
import { standaloneMetrics } from '@consulta/standalone/metrics';
import { userMetrics } from '@consulta/user/metrics';

/** Every metric of the system, each declared beside the code that counts it; by the part that exports it. */
export const metricsTable: Record<string, MetricDefinition[]> = {
  'Every process': platformMetrics,
  'The user service': userMetrics,
  'The appointment service': appointmentMetrics,
  'The appointment-creator': creatorMetrics,
  'The standalone application': standaloneMetrics,
};

/** All of them, by name. */
export const metricsByName: ReadonlyMap<string, MetricDefinition> = new Map(
  Object.values(metricsTable)
    .flat()
    .map((metric) => [metric.name, metric]),
);
