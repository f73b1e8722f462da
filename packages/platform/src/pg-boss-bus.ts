import { type Topic, topics } from '@consulta/contracts';
import { PgBoss } from 'pg-boss';
import type { Bus, BusMessage, SubscribeOptions, Subscription } from './bus.ts';
import type { Log } from './log.ts';
import { type WakeableLoop, wakeableLoop } from './wakeable-loop.ts';

const deadLetterOf = (topic: Topic) => `${topic}_dead_letter`;

/**
 * The embedded mode's bus: one pg-boss queue per topic, used by this one process.
 *
 * A coalescing topic has the policy `short` with the message's key: a message merges with one that nobody has
 * received yet, never with one being handled. Messages that a killed process was handling are taken up again
 * at the start, since nobody else can be handling them.
 */
export async function openPgBossBus(options: {
  url: string;
  log: Log;
}): Promise<Bus & { close: () => Promise<void> }> {
  const { log } = options;
  const boss = new PgBoss({
    connectionString: options.url,
    max: 4,
    schedule: false,
    superviseIntervalSeconds: 30,
  });
  boss.on('error', (error) => log.error({ err: error }, 'pg-boss reports an error'));
  await boss.start();
  for (const topic of Object.keys(topics) as Topic[]) await openQueue(boss, topic);

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
    const round = async () => {
      const jobs = await boss.fetch<object>(topic, { batchSize: batchMax, includeMetadata: true });
      if (jobs.length === 0) return false;
      const ids = jobs.map(({ id }) => id);
      try {
        await handler(jobs.map(({ id, singletonKey }) => ({ id, key: singletonKey ?? '' })));
      } catch (error) {
        await boss.fail(topic, ids);
        throw error;
      }
      await boss.deleteJob(topic, ids);
      return jobs.length === batchMax;
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

async function openQueue(boss: PgBoss, topic: Topic): Promise<void> {
  await boss.createQueue(deadLetterOf(topic));
  await boss.createQueue(topic, {
    policy: topics[topic].coalesce ? 'short' : 'standard',
    retryLimit: 12,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    expireInSeconds: 120,
    deadLetter: deadLetterOf(topic),
  });
  const db = boss.getDb();
  const orphans = await db.executeSql("SELECT id FROM pgboss.job WHERE name = $1 AND state = 'active'", [
    topic,
  ]);
  const ids = orphans.rows.map(({ id }: { id: string }) => id);
  if (ids.length > 0) await boss.fail(topic, ids);
}
