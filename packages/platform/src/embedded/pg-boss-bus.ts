import { type Topic, topics } from '@consulta/contracts/topics';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import { readingPool } from '../database/pool.ts';
import {
  allTaken,
  type BusMessage,
  type OpenedBus,
  type SubscribeOptions,
  type Subscription,
} from '../messaging/bus.ts';
import { contact } from '../messaging/contact.ts';
import { handOver } from '../messaging/hand-over.ts';
import { retriesCounter, watchQueues } from '../messaging/metrics.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metric-definitions.ts';
import { type WakeableLoop, wakeableLoop } from '../work/wakeable-loop.ts';
import { deadLetterOf, queueStates } from './pg-boss-queues.ts';

/** How often a message is tried again, and after how many seconds first; then ever later, up to a minute. */
type Retries = { times: number; firstAfterS: number };

/** Dead letters moved by one statement. */
const redriveMax = 1_000;

/**
 * The bus on PostgreSQL: one pg-boss queue per topic.
 *
 * A coalescing topic has the policy `short` with the message's key: a message merges with one that nobody has
 * received yet, never with one being handled. What became of messages is written again where a lost connection kept it
 * from being written.
 *
 * @param options.alone whether no other process receives from these queues. Then messages that a killed process was
 *   handling are taken up at once; else they come again after two minutes, since they may still be handled.
 * @param options.retries by default 12, over some minutes.
 * @param options.pool the queues' own database, with limits for schema changes; whoever opened it ends it.
 */
export async function openPgBossBus(options: {
  pool: pg.Pool;
  log: Log;
  metrics: Metrics;
  alone: boolean;
  retries?: Retries;
}): Promise<OpenedBus> {
  const { pool, log, metrics, alone, retries = { times: 12, firstAfterS: 1 } } = options;
  const database = contact();
  const executeSql = (text: string, values?: unknown[]) => database.note(pool.query(text, values));
  const boss = await startBoss(executeSql, log, retries);
  const engine: Engine = { boss, pool, log, held: new Set(), failed: retriesCounter(metrics) };
  const looking = readingPool(pool);
  const stopLooking = watchQueues(metrics, () => queueStates(looking));

  const loops = new Map<Topic, Set<WakeableLoop>>();
  const wake = (topic: Topic) => {
    for (const loop of loops.get(topic) ?? []) loop.wake();
  };

  const publish = async (topic: Topic, messages: BusMessage[]) => {
    if (messages.length === 0) return allTaken;
    await boss.insert(
      topic,
      messages.map(({ id, key }) => ({ id, singletonKey: key })),
    );
    wake(topic);
    return allTaken;
  };

  const subscribe = (
    topic: Topic,
    { batchMax, spacingMs = 0 }: SubscribeOptions,
    handler: (messages: BusMessage[]) => Promise<void>,
  ): Subscription => {
    const unsettled = new Set<string>();
    // At first it may be that a process was killed while it handled messages.
    let interrupted = true;
    const round = async () => {
      if (unsettled.size > 0) await giveBack(engine, topic, unsettled);
      if (interrupted && alone) await takeUpAbandoned(engine, topic);
      interrupted = true;
      const more = await handleBatch(engine, { topic, batchMax, handler, unsettled });
      interrupted = false;
      return more;
    };
    const loop = wakeableLoop({ name: `queue ${topic}`, idleMs: 500, spacingMs, round, log });
    const ofTopic = loops.get(topic) ?? new Set();
    loops.set(topic, ofTopic.add(loop));
    const stop = async () => {
      ofTopic.delete(loop);
      await loop.stop();
      if (unsettled.size > 0) await giveBack(engine, topic, unsettled).catch(() => {});
    };
    return { stop };
  };

  const redrive = async (topic: Topic) => {
    let moved = 0;
    for (let more = true; more; ) {
      const now = await boss.redrive(deadLetterOf(topic), { sourceName: topic, limit: redriveMax });
      moved += now;
      more = now === redriveMax;
    }
    wake(topic);
    return moved;
  };
  const close = async () => {
    await Promise.all([...loops.values()].flatMap((set) => [...set].map((loop) => loop.stop())));
    stopLooking();
    await looking.end();
    await boss.stop({ graceful: false });
  };
  return { publish, subscribe, redrive, isAway: database.isAway, close };
}

type ExecuteSql = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

/** Starts pg-boss and opens a queue for each topic. */
async function startBoss(executeSql: ExecuteSql, log: Log, retries: Retries): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql },
    schedule: false,
    superviseIntervalSeconds: 30,
  });
  boss.on('error', (error) => log.error({ err: error }, 'pg-boss reports an error'));
  await boss.start();
  for (const topic of Object.keys(topics) as Topic[]) await openQueue(boss, topic, retries);
  return boss;
}

async function openQueue(boss: PgBoss, topic: Topic, retries: Retries): Promise<void> {
  await boss.createQueue(deadLetterOf(topic));
  await boss.createQueue(topic, {
    policy: topics[topic].coalesce ? 'short' : 'standard',
    retryLimit: retries.times,
    retryDelay: retries.firstAfterS,
    ...(retries.firstAfterS > 0 ? { retryBackoff: true, retryDelayMax: 60 } : {}),
    expireInSeconds: 120,
    deadLetter: deadLetterOf(topic),
  });
}

/** What all subscriptions stand on; `held` are the ids of all messages that this process is handling. */
type Engine = {
  boss: PgBoss;
  pool: pg.Pool;
  log: Log;
  held: Set<string>;
  /** Counts messages that could not be handled. */
  failed: ReturnType<typeof retriesCounter>;
};

type Batch = {
  topic: Topic;
  batchMax: number;
  handler: (messages: BusMessage[]) => Promise<void>;
  /** Messages that nobody is handling any more, but of which that is not written yet. */
  unsettled: Set<string>;
};

/**
 * Takes messages, has them handled and writes what became of them; answers whether there may be more. Throws where
 * something is away, and leaves the messages unsettled.
 */
async function handleBatch(engine: Engine, batch: Batch): Promise<boolean> {
  const { boss, held, log, failed } = engine;
  const { topic, batchMax, handler, unsettled } = batch;
  const jobs = await boss.fetch<object>(topic, { batchSize: batchMax, includeMetadata: true });
  if (jobs.length === 0) return false;
  for (const { id } of jobs) held.add(id);
  const messages = jobs.map(({ id, singletonKey }) => ({ id, key: singletonKey ?? '' }));
  const { done, bad, later, outage, fault } = await handOver(messages, handler);
  for (const { id } of jobs) unsettled.add(id);
  for (const { id } of jobs) held.delete(id);
  if (bad.length > 0) {
    failed.inc({ topic }, bad.length);
    log.error({ err: fault, topic, messages: bad }, 'messages cannot be handled');
  }
  await settle(unsettled, done, (ids) => boss.deleteJob(topic, ids));
  await settle(unsettled, bad, (ids) => boss.fail(topic, ids));
  if (later.length > 0) throw outage;
  return jobs.length === batchMax;
}

async function settle(
  unsettled: Set<string>,
  messages: BusMessage[],
  write: (ids: string[]) => Promise<unknown>,
): Promise<void> {
  if (messages.length === 0) return;
  const ids = messages.map(({ id }) => id);
  await write(ids);
  for (const id of ids) unsettled.delete(id);
}

/** As `restore` does, which may meet a newer hint of the same key; nothing hinders those that wait for a retry. */
const giveBackSql = `UPDATE pgboss.job SET state = 'retry', started_on = NULL, heartbeat_on = NULL
  WHERE name = $1 AND id = ANY ($2::uuid[]) AND state = 'active'`;

/** Gives messages back to the queue as if they had not been received: that counts as no try. */
async function giveBack({ pool }: Engine, topic: Topic, ids: Set<string>): Promise<void> {
  await pool.query(giveBackSql, [topic, [...ids]]);
  ids.clear();
}

/** Gives messages back to the queue that count as being handled, although nobody holds them. */
async function takeUpAbandoned({ boss, pool, held }: Engine, topic: Topic): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'",
    [topic],
  );
  const ids = rows.map(({ id }) => id).filter((id) => !held.has(id));
  if (ids.length > 0) await boss.fail(topic, ids);
}
