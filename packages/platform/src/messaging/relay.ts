import { type Topic, topics } from '@consulta/contracts/topics';
import type pg from 'pg';
import { inPlainTransaction } from '../database/transactions.ts';
import type { Log } from '../process/log.ts';
import { type WakeableLoop, wakeableLoop } from '../work/wakeable-loop.ts';
import { allTaken, type Bus, type BusMessage, type NotTaken } from './bus.ts';
import { topicRests } from './topic-rests.ts';

type Taken = { position: number; message_id: string; topic: Topic; key: string };

/** Rows taken at once. */
const takeMax = 5000;
const takeSql = `DELETE FROM outbox WHERE position IN (
  SELECT position FROM outbox WHERE topic <> ALL ($1::text[])
  ORDER BY position LIMIT ${takeMax} FOR UPDATE SKIP LOCKED)
  RETURNING position, message_id, topic, key`;
const spacingMsMin = 10;
const spacingMsMax = 250;

type Wanted = Partial<Record<Topic, (client: pg.ClientBase, keys: string[]) => Promise<string[]>>>;

/**
 * Publishes what stands in the outbox. Rows vanish only when the bus has accepted them, so a crash repeats a
 * message (same deduplication id) but never loses one. There is no high-water mark: identity values commit
 * out of order. The more there was to publish, the longer the next round waits, so that hints merge under load
 * and a lone message goes out at once.
 *
 * What the bus did not take goes to the outbox's end, and what it will never take into `outbox_set_aside`; a topic of
 * which it takes nothing rests for a while. So neither keeps the others waiting.
 *
 * @param options.wanted for topics whose messages are hints: which of the keys still need one.
 */
export function startRelay(options: {
  pool: pg.Pool;
  bus: Bus;
  log: Log;
  idleMs?: number;
  wanted?: Wanted;
}): WakeableLoop {
  const { pool, bus, log, wanted = {} } = options;
  let spacingMs = spacingMsMin;
  const rests = topicRests();

  const publish = async (topic: Topic, messages: BusMessage[]): Promise<NotTaken> => {
    try {
      const notTaken = await bus.publish(topic, messages);
      rests.end(topic);
      return notTaken;
    } catch (error) {
      const restMs = rests.begin(topic);
      log.error({ err: error, topic, restMs }, 'a topic takes no messages; they are kept');
      return { ...allTaken, later: messages };
    }
  };
  const round = () =>
    inPlainTransaction(pool, async (client) => {
      const { rows } = await client.query<Taken>({
        ...{ name: 'outbox_take', text: takeSql },
        values: [rests.now()],
      });
      rows.sort((a, b) => a.position - b.position);
      const messages = await onlyWanted(client, byTopic(rows), wanted);
      await Promise.all(
        [...messages].map(async ([topic, ofTopic]) =>
          keep({ client, log }, topic, await publish(topic, ofTopic)),
        ),
      );
      spacingMs = Math.min(spacingMsMax, Math.max(spacingMsMin, rows.length));
      return rows.length === takeMax;
    });
  return wakeableLoop({
    ...{ name: 'outbox relay', idleMs: options.idleMs ?? 250, round, log },
    spacingMs: () => spacingMs,
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

async function onlyWanted(
  client: pg.ClientBase,
  grouped: Map<Topic, BusMessage[]>,
  wanted: Wanted,
): Promise<Map<Topic, BusMessage[]>> {
  const kept = new Map(grouped);
  for (const [topic, messages] of grouped) {
    const wantedAmong = wanted[topic];
    if (!wantedAmong) continue;
    const keys = await wantedAmong(
      client,
      messages.map(({ key }) => key),
    );
    const stillWanted = new Set(keys);
    kept.set(
      topic,
      messages.filter(({ key }) => stillWanted.has(key)),
    );
  }
  return kept;
}

const keepSql = `INSERT INTO outbox (message_id, topic, key)
  SELECT id, $1, key FROM unnest($2::uuid[], $3::text[]) AS message (id, key)`;
const setAsideSql = `INSERT INTO outbox_set_aside (message_id, topic, key)
  SELECT id, $1, key FROM unnest($2::uuid[], $3::text[]) AS message (id, key)`;

/** Writes what the bus did not take where it belongs. */
async function keep(
  { client, log }: { client: pg.ClientBase; log: Log },
  topic: Topic,
  { later, never }: NotTaken,
): Promise<void> {
  const valuesOf = (messages: readonly BusMessage[]) => [
    topic,
    messages.map(({ id }) => id),
    messages.map(({ key }) => key),
  ];
  if (later.length > 0) await client.query(keepSql, valuesOf(later));
  if (never.length === 0) return;
  log.error({ topic, ids: never.map(({ id }) => id) }, 'the bus refuses messages; they are set aside');
  await client.query(setAsideSql, valuesOf(never));
}
