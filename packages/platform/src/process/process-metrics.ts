import { performance } from 'node:perf_hooks';
import { topics } from '@consulta/contracts/topics';
import { collectDefaultMetrics } from '@prometheus-io/client';
import { counter, gauge, histogram, type MetricDefinition, type Metrics } from './metric-definitions.ts';
import { type PoolVitals, vitals } from './vitals.ts';

/** The names of background loops. A new one is added here. */
const loops = [
  ...Object.keys(topics).map((topic) => `queue ${topic}`),
  ...Object.keys(topics).map((topic) => `hints of ${topic}`),
  'outbox relay',
  'revocations',
  'keys of access tokens',
  'live events',
  'awaited decisions',
  'uncounted feedback',
  'disk space',
  'service keys',
  'user housekeeping',
  'next available sweep',
  'withdrawn slots',
  'bookability of all doctors',
  'rolling schedules',
  'availability recheck',
  'erasing deleted accounts',
  'all deleted accounts',
  'audit sealer',
  'event sequencer',
  'claim reconciler',
  'confirmation deadlines',
  'tidying',
  'blob sweeper',
  'waiting requests',
];
const pools = [
  'users',
  'users search',
  'schedules',
  'appointments',
  'appointments accept',
  'bus',
  'maintenance',
  'migration',
  'readings',
  'unnamed',
];
const batches = [
  'password hashing',
  'people',
  'slots',
  'booking caps',
  'accepted requests',
  'decided requests',
  'opened files',
  'files still readable',
];

const loopGood = gauge({
  name: 'consulta_loop_last_success_timestamp_seconds',
  unit: 'Unix seconds',
  meaning: 'When the last good round of a background loop ended, or the loop began',
  labels: { loop: loops },
});
const loopIdle = gauge({
  name: 'consulta_loop_idle_seconds',
  unit: 'seconds',
  meaning: 'How long a background loop rests at most between two rounds',
  labels: { loop: loops },
});
const loopFailures = counter({
  name: 'consulta_loop_failures_total',
  unit: 'count',
  meaning: 'Rounds of a background loop that failed and were tried again',
  labels: { loop: loops },
});
const poolMax = gauge({
  name: 'consulta_pool_connections_max',
  unit: 'count',
  meaning: 'Connections that a pool to a database may open',
  labels: { pool: pools },
});
const poolUsed = gauge({
  name: 'consulta_pool_connections_used',
  unit: 'count',
  meaning: 'Connections of a pool in use',
  labels: { pool: pools },
});
const poolWaiting = gauge({
  name: 'consulta_pool_waiting',
  unit: 'count',
  meaning: 'Callers that wait for a connection of a pool',
  labels: { pool: pools },
});
const poolWaits = counter({
  name: 'consulta_pool_waits_total',
  unit: 'count',
  meaning: 'Callers that found no free connection in a pool: they waited, or a new one was made',
  labels: { pool: pools },
});
const poolWaited = counter({
  name: 'consulta_pool_wait_seconds_total',
  unit: 'seconds',
  meaning: 'Time until those callers had a connection, all together',
  labels: { pool: pools },
});
const batchWaiting = gauge({
  name: 'consulta_batch_waiting',
  unit: 'count',
  meaning: 'Callers that wait for the next batch',
  labels: { batch: batches },
});
const batchRefused = counter({
  name: 'consulta_batch_refusals_total',
  unit: 'count',
  meaning: 'Callers refused because too many waited for the next batch',
  labels: { batch: batches },
});
const utilization = gauge({
  name: 'consulta_event_loop_utilization_ratio',
  unit: 'ratio',
  meaning: 'Share of the time since the last look in which the event loop was busy',
  labels: {},
});

const ofLibrary = (
  kind: 'counter' | 'gauge',
  name: string,
  unit: MetricDefinition['unit'],
  meaning: string,
) => ({ kind, name, unit, meaning, labels: {} }) as const;

/** What the library counts by itself, as far as it is kept: nothing whose labels are no closed set. */
const libraryMetrics = [
  ofLibrary(
    'counter',
    'process_cpu_user_seconds_total',
    'seconds',
    'Time the processor worked for the process itself',
  ),
  ofLibrary(
    'counter',
    'process_cpu_system_seconds_total',
    'seconds',
    'Time the kernel worked for the process',
  ),
  ofLibrary('counter', 'process_cpu_seconds_total', 'seconds', 'Both together'),
  ofLibrary('gauge', 'process_start_time_seconds', 'Unix seconds', 'When the process started'),
  ofLibrary('gauge', 'process_resident_memory_bytes', 'bytes', 'Memory that the process takes'),
  ofLibrary('gauge', 'process_open_fds', 'count', 'Open files and connections'),
  ofLibrary('gauge', 'process_max_fds', 'count', 'How many of these the process may have'),
  ofLibrary('gauge', 'nodejs_eventloop_lag_seconds', 'seconds', 'How late the event loop is at this moment'),
  ofLibrary(
    'gauge',
    'nodejs_eventloop_lag_mean_seconds',
    'seconds',
    'The same since the last look, on average',
  ),
  ofLibrary(
    'gauge',
    'nodejs_eventloop_lag_p99_seconds',
    'seconds',
    'The same, which 99 of 100 times it was not later',
  ),
  ofLibrary('gauge', 'nodejs_eventloop_lag_max_seconds', 'seconds', 'The same, at its latest'),
  ofLibrary('gauge', 'nodejs_heap_size_used_bytes', 'bytes', 'Memory in use by JavaScript'),
  ofLibrary('gauge', 'nodejs_heap_size_total_bytes', 'bytes', 'Memory reserved for JavaScript'),
  ofLibrary('gauge', 'nodejs_external_memory_bytes', 'bytes', 'Memory of buffers outside of that'),
  histogram({
    name: 'nodejs_gc_duration_seconds',
    unit: 'seconds',
    meaning: 'Pauses for collecting garbage, by kind',
    labels: { kind: ['major', 'minor', 'incremental', 'weakcb'] },
    bounds: [0.001, 0.01, 0.1, 1],
  }),
];

/** What every process tells of itself. */
export const processMetrics: MetricDefinition[] = [
  ...[loopGood, loopIdle, loopFailures, poolMax, poolUsed, poolWaiting, poolWaits, poolWaited],
  ...[batchWaiting, batchRefused, utilization],
  ...libraryMetrics,
];

/** Has what this process counts of itself shown among its metrics. */
export function showProcess(metrics: Metrics): void {
  collectLibraryMetrics(metrics);
  showLoops(metrics);
  showPools(metrics);
  showBatches(metrics);
  let before = performance.eventLoopUtilization();
  metrics.gauge(utilization, (shown) => {
    const now = performance.eventLoopUtilization();
    shown.set(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  });
}

function collectLibraryMetrics({ registry }: Metrics): void {
  const before = new Set(registry.getMetricsAsArray().map(({ name }) => name));
  collectDefaultMetrics({ register: registry, gcDurationBuckets: [0.001, 0.01, 0.1, 1] });
  const kept = new Set(libraryMetrics.map(({ name }) => name));
  for (const { name } of registry.getMetricsAsArray()) {
    if (!before.has(name) && !kept.has(name)) registry.removeSingleMetric(name);
  }
}

/** Of several loops of one name the one that is worst off shows. */
function showLoops(metrics: Metrics): void {
  metrics.gauge(loopGood, (shown) => {
    shown.reset();
    const oldest = new Map<string, number>();
    for (const { name, goodAtMs } of vitals.loops) {
      oldest.set(name, Math.min(goodAtMs, oldest.get(name) ?? Number.POSITIVE_INFINITY));
    }
    for (const [loop, goodAtMs] of oldest) shown.set({ loop }, goodAtMs / 1000);
  });
  metrics.gauge(loopIdle, (shown) => {
    shown.reset();
    for (const { name, idleMs } of vitals.loops) shown.set({ loop: name }, idleMs / 1000);
  });
  metrics.counter(loopFailures, (shown) => {
    shown.reset();
    for (const { name, failures } of vitals.loops) shown.inc({ loop: name }, failures);
  });
}

/** Pools of one name count together. */
function showPools(metrics: Metrics): void {
  const show =
    (numberOf: (pool: PoolVitals) => number) =>
    (shown: { reset: () => void; inc: (labels: { pool: string }, value: number) => void }) => {
      shown.reset();
      for (const pool of vitals.pools) shown.inc({ pool: pool.name }, numberOf(pool));
    };
  metrics.gauge(
    poolMax,
    show(({ connectionsMax }) => connectionsMax),
  );
  metrics.gauge(
    poolUsed,
    show(({ used }) => used()),
  );
  metrics.gauge(
    poolWaiting,
    show(({ waiting }) => waiting()),
  );
  metrics.counter(
    poolWaits,
    show(({ waits }) => waits),
  );
  metrics.counter(
    poolWaited,
    show(({ waitedMs }) => waitedMs / 1000),
  );
}

function showBatches(metrics: Metrics): void {
  metrics.gauge(batchWaiting, (shown) => {
    for (const [batch, { waiting }] of vitals.batches) shown.set({ batch }, waiting);
  });
  metrics.counter(batchRefused, (shown) => {
    shown.reset();
    for (const [batch, { refused }] of vitals.batches) shown.inc({ batch }, refused);
  });
}
