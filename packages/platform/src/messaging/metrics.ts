import { topics } from '@consulta/contracts/topics';
import type pg from 'pg';
import { readingPool } from '../database/pool.ts';
import { counter, gauge, type Metrics } from '../process/metric-definitions.ts';

const ofTopics = Object.keys(topics);
const databases = ['users', 'schedules', 'appointments'] as const;

const outboxRows = gauge({
  name: 'consulta_outbox_rows',
  unit: 'count',
  meaning: 'Messages written and not yet handed to the queues; counted to 100,000',
  labels: { database: databases },
});
const outboxAge = gauge({
  name: 'consulta_outbox_oldest_seconds',
  unit: 'seconds',
  meaning: 'Age of the oldest of those, 0 when there is none',
  labels: { database: databases },
});
const queueDepth = gauge({
  name: 'consulta_queue_messages',
  unit: 'count',
  meaning: 'Messages of a topic that wait to be handled, the first time or again',
  labels: { topic: ofTopics },
});
const queueAge = gauge({
  name: 'consulta_queue_oldest_seconds',
  unit: 'seconds',
  meaning: 'Age of the oldest of those, 0 when there is none',
  labels: { topic: ofTopics },
});
const deadLetters = gauge({
  name: 'consulta_queue_dead_letters',
  unit: 'count',
  meaning: 'Messages of a topic that were given up after all retries',
  labels: { topic: ofTopics },
});
const retries = counter({
  name: 'consulta_queue_retries_total',
  unit: 'count',
  meaning: 'Messages whose handling failed, to be tried again or given up',
  labels: { topic: ofTopics },
});

export const messagingMetrics = [outboxRows, outboxAge, queueDepth, queueAge, deadLetters, retries];

/** Counts failed deliveries, whatever bus makes them. */
export const retriesCounter = (metrics: Metrics) => metrics.counter(retries);

/** What waits in the queue of one topic. */
export type QueueState = { topic: string; waiting: number; oldestSeconds: number; dead: number };

/** Shows what a bus says of its queues; answers how to end that. */
export function watchQueues(metrics: Metrics, read: () => Promise<QueueState[]>): () => void {
  const shown = [metrics.gauge(queueDepth), metrics.gauge(queueAge), metrics.gauge(deadLetters)] as const;
  const [depth, age, dead] = shown;
  return metrics.addReading({
    name: 'queues',
    read: async () => {
      const states = await read();
      return () => {
        for (const { topic, waiting, oldestSeconds, dead: given } of states) {
          depth.set({ topic }, waiting);
          age.set({ topic }, oldestSeconds);
          dead.set({ topic }, given);
        }
      };
    },
    forget: () => {
      for (const each of shown) each.reset();
    },
  });
}

const outboxSql = `SELECT (SELECT count(*)::integer FROM (SELECT FROM outbox LIMIT 100000) AS counted) AS rows,
  coalesce((SELECT extract(epoch FROM clock_timestamp() - uuid_extract_timestamp(message_id))::float8
    FROM outbox ORDER BY position LIMIT 1), 0) AS age`;

/** Shows what waits in the outbox of a database. */
export function watchOutbox(
  { metrics, pool }: { metrics: Metrics; pool: pg.Pool },
  database: (typeof databases)[number],
): { stop: () => Promise<void> } {
  const rows = metrics.gauge(outboxRows);
  const age = metrics.gauge(outboxAge);
  const looking = readingPool(pool);
  const end = metrics.addReading({
    name: database,
    read: async () => {
      const { rows: found } = await looking.query<{ rows: number; age: number }>(outboxSql);
      return () => {
        rows.set({ database }, found[0]?.rows ?? 0);
        age.set({ database }, Math.max(0, found[0]?.age ?? 0));
      };
    },
    forget: () => {
      rows.remove({ database });
      age.remove({ database });
    },
  });
  const stop = () => {
    end();
    return looking.end();
  };
  return { stop };
}
