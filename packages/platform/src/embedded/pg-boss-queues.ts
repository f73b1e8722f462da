import { type Topic, topics } from '@consulta/contracts/topics';
import type pg from 'pg';
import type { QueueState } from '../messaging/metrics.ts';

/** The queue in which a topic's messages rest that were given up. */
export const deadLetterOf = (topic: Topic) => `${topic}_dead_letter`;

const names = Object.keys(topics) as Topic[];

/** By the index of jobs that wait. */
const waitingSql = `SELECT name, count(*)::integer AS waiting,
    extract(epoch FROM clock_timestamp() - min(created_on))::float8 AS age
  FROM pgboss.job WHERE name = ANY ($1::text[]) AND state < 'active' GROUP BY name`;

/** What waits in the queues of pg-boss. */
export async function queueStates(pool: pg.Pool): Promise<QueueState[]> {
  const all = [...names, ...names.map(deadLetterOf)];
  const { rows } = await pool.query<{ name: string; waiting: number; age: number }>(waitingSql, [all]);
  const found = new Map(rows.map((row) => [row.name, row]));
  return names.map((topic) => ({
    topic,
    waiting: found.get(topic)?.waiting ?? 0,
    oldestSeconds: Math.max(0, found.get(topic)?.age ?? 0),
    dead: found.get(deadLetterOf(topic))?.waiting ?? 0,
  }));
}
