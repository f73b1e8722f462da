import { type Topic, topics } from '@consulta/contracts/topics';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Bus, BusMessage, SubscribeOptions, Subscription } from '../messaging/bus.ts';
import type { Log } from '../process/log.ts';
import { type WakeableLoop, wakeableLoop } from '../work/wakeable-loop.ts';

/** How often a message is tried again, and after how many seconds first; then ever later, up to a minute. */
type Retries = { times: number; firstAfterS: number };

const deadLetterOf = (topic: Topic) => `${topic}_dead_letter`;

/**
 * The embedded mode's bus: one pg-boss queue per topic, which one process alone receives.
 *
 * A coalescing topic has the policy `short` with the message's key: a message merges with one that nobody has
 * received yet, never with one being handled. Messages that a killed process was handling, or whose outcome a
 * lost connection kept from being written, are taken up again: nobody else can be handling them.
 *
 * @param retries by default 12, over some minutes.
 * @param pool the queues' own database, with limits for schema changes; whoever opened it ends it.
 */
export async function openPgBossBus(options: {
  pool: pg.Pool;
  log: Log;
  retries?: Retries;
}): Promise<Bus & { close: () => Promise<void> }> {
  const { pool, log, retries = { times: 12, firstAfterS: 1 } } = options;
  const held = new Set<string>();
  const boss = await startBoss(pool, log, retries);

  const loops = new Map<Topic, Set<WakeableLoop>>();
  const wake = (topic: Topic) => {
    for (const loop of loops.get(topic) ?? []) loop.wake();
  };

  const publish = async (topic: Topic, messages: BusMessage[]) => {
    if (messages.length === 0) return;
    await boss.insert(
      topic,
      messages.map(({ id, key }) => ({ id, singletonKey: key })),
    );
    wake(topic);
  };

  const subscribe = (
    topic: Topic,
    { batchMax, spacingMs = 0 }: SubscribeOptions,
    handler: (messages: BusMessage[]) => Promise<void>,
  ): Subscription => {
    // At first it may be that a process was killed while it handled messages.
    let interrupted = true;
    const round = async () => {
      if (interrupted) await takeUpAbandoned({ boss, pool }, topic, held);
      interrupted = true;
      const more = await handleBatch(boss, { topic, batchMax, handler, held });
      interrupted = false;
      return more;
    };
    const loop = wakeableLoop({
      name: `queue ${topic}`,
      idleMs: 500,
      spacingMs,
      round,
      log,
    });
    const ofTopic = loops.get(topic) ?? new Set();
    loops.set(topic, ofTopic.add(loop));
    const stop = async () => {
      ofTopic.delete(loop);
      await loop.stop();
    };
    return { stop };
  };

  const close = async () => {
    await Promise.all([...loops.values()].flatMap((set) => [...set].map((loop) => loop.stop())));
    await boss.stop({ graceful: false });
  };
  return { publish, subscribe, close };
}

/** Starts pg-boss and opens a queue for each topic. */
async function startBoss(pool: pg.Pool, log: Log, retries: Retries): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
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

type Batch = {
  topic: Topic;
  batchMax: number;
  handler: (messages: BusMessage[]) => Promise<void>;
  /** The ids of all messages that this process is handling. */
  held: Set<string>;
};

/** Takes messages, has them handled and writes what became of them; answers whether there may be more. */
async function handleBatch(boss: PgBoss, { topic, batchMax, handler, held }: Batch): Promise<boolean> {
  const jobs = await boss.fetch<object>(topic, { batchSize: batchMax, includeMetadata: true });
  if (jobs.length === 0) return false;
  const ids = jobs.map(({ id }) => id);
  for (const id of ids) held.add(id);
  try {
    await handler(jobs.map(({ id, singletonKey }) => ({ id, key: singletonKey ?? '' })));
    await boss.deleteJob(topic, ids);
  } catch (error) {
    await boss.fail(topic, ids).catch(() => {});
    throw error;
  } finally {
    for (const id of ids) held.delete(id);
  }
  return jobs.length === batchMax;
}

/** Gives messages back to the queue that count as being handled, although nobody holds them. */
async function takeUpAbandoned(
  { boss, pool }: { boss: PgBoss; pool: pg.Pool },
  topic: Topic,
  held: ReadonlySet<string>,
): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'",
    [topic],
  );
  const ids = rows.map(({ id }) => id).filter((id) => !held.has(id));
  if (ids.length > 0) await boss.fail(topic, ids);
}
