import { type Topic, topics } from '@consulta/contracts/topics';
import { type QueryExecutorProvider, sql } from 'kysely';
import type pg from 'pg';
import { inPlainTransaction } from '../database/transactions.ts';
import type { Log } from '../process/log.ts';
import { type WakeableLoop, wakeableLoop } from '../work/wakeable-loop.ts';
import type { Bus, BusMessage } from './bus.ts';

/** Writes messages in the caller's transaction; call the relay's `wake` once it is committed. */
export async function enqueue(trx: QueryExecutorProvider, topic: Topic, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`INSERT INTO outbox (topic, key) SELECT ${topic}, unnest(${keys}::text[])`.execute(trx);
}

type Taken = { position: number; message_id: string; topic: Topic; key: string };

/** Rows taken at once. */
const takeMax = 5000;
const takeSql = `DELETE FROM outbox WHERE position IN (
  SELECT position FROM outbox ORDER BY position LIMIT ${takeMax} FOR UPDATE SKIP LOCKED)
  RETURNING position, message_id, topic, key`;
const spacingMsMin = 10;
const spacingMsMax = 100;

/**
 * Publishes what stands in the outbox. Rows vanish only when the bus has accepted them, so a crash repeats a
 * message (same deduplication id) but never loses one. There is no high-water mark: identity values commit
 * out of order. The more there was to publish, the longer the next round waits, so that hints merge under load
 * and a lone message goes out at once.
 *
 * @param wanted for topics whose messages are hints: which of the keys still need one.
 */
export function startRelay(options: {
  pool: pg.Pool;
  bus: Bus;
  log: Log;
  idleMs?: number;
  wanted?: Partial<Record<Topic, (client: pg.ClientBase, keys: string[]) => Promise<string[]>>>;
}): WakeableLoop {
  let spacingMs = spacingMsMin;
  const round = () =>
    inPlainTransaction(options.pool, async (client) => {
      const { rows } = await client.query<Taken>({ name: 'outbox_take', text: takeSql });
      rows.sort((a, b) => a.position - b.position);
      for (const [topic, messages] of byTopic(rows)) {
        const wanted = options.wanted?.[topic];
        const keys =
          wanted &&
          new Set(
            await wanted(
              client,
              messages.map(({ key }) => key),
            ),
          );
        await options.bus.publish(topic, keys ? messages.filter(({ key }) => keys.has(key)) : messages);
      }
      spacingMs = Math.min(spacingMsMax, Math.max(spacingMsMin, rows.length));
      return rows.length === takeMax;
    });
  return wakeableLoop({
    name: 'outbox relay',
    idleMs: options.idleMs ?? 250,
    spacingMs: () => spacingMs,
    round,
    log: options.log,
  });
}

/** Groups by topic; of a coalescing topic's messages with one key only the last is kept. */
function byTopic(rows: Taken[]): Map<Topic, BusMessage[]> {
  const grouped = new Map<Topic, Map<string, BusMessage>>();
  for (const row of rows) {
    const messages = grouped.get(row.topic) ?? new Map<string, BusMessage>();
    grouped.set(row.topic, messages);
    messages.set(topics[row.topic].coalesce ? row.key : row.message_id, { id: row.message_id, key: row.key });
  }
  return new Map([...grouped].map(([topic, messages]) => [topic, [...messages.values()]]));
}
