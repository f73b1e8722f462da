import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  registry: Registry;
  /** Seconds from a request's arrival to its response, by method, route pattern and status. */
  httpSeconds: Histogram<'method' | 'route' | 'status'>;
  /** A metric of one part of the process; asking again for a name answers the same one. */
  gauge: (name: string, help: string) => Gauge;
  counter: <Label extends string>(name: string, help: string, labelNames: Label[]) => Counter<Label>;
};

/** The process's Prometheus metrics; labels are route patterns and words, never ids. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const httpSeconds = new Histogram({
    name: 'consulta_http_request_duration_seconds',
    help: 'Time to answer HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const registers = [registry];
  return {
    registry,
    httpSeconds,
    gauge: (name, help) => metricOf(registry, name, Gauge) ?? new Gauge({ name, help, registers }),
    counter: (name, help, labelNames) =>
      metricOf(registry, name, Counter) ?? new Counter({ name, help, labelNames, registers }),
  };
}

function metricOf<Kind>(
  registry: Registry,
  name: string,
  kind: new (...all: never[]) => Kind,
): Kind | undefined {
  const found = registry.getSingleMetric(name);
  return found instanceof kind ? found : undefined;
}
