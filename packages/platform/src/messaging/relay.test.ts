import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { platformMigrations } from '../database/migrate.ts';
import { queryBuilder } from '../database/query-builder.ts';
import { openPgBossBus } from '../embedded/pg-boss-bus.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { allTaken, type Bus, type BusMessage } from './bus.ts';
import { enqueue } from './outbox.ts';
import { startRelay } from './relay.ts';

const database = await createTestDatabase([platformMigrations]);
const log = createLog('silent');
const db = queryBuilder<Record<never, never>>(database.pool);
const bus = await openPgBossBus({ pool: database.pool, log, metrics: createMetrics(), alone: true });
after(async () => {
  await bus.close();
  await database.drop();
});

test('what a committed transaction enqueued arrives, and what a rolled back one enqueued does not', async () => {
  const relay = startRelay({ pool: database.pool, bus, log });
  const arrived: BusMessage[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = bus.subscribe('claim_released', { batchMax: 10 }, async (messages) => {
    arrived.push(...messages);
    if (arrived.some(({ key }) => key === 'last')) resolve();
  });
  await db.transaction().execute((trx) => enqueue(trx, 'claim_released', ['first']));
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await enqueue(trx, 'claim_released', ['never']);
      throw new Error('rolled back');
    }),
  );
  await db.transaction().execute((trx) => enqueue(trx, 'claim_released', ['last']));
  relay.wake();
  await promise;
  await subscription.stop();
  await relay.stop();
  assert.deepEqual(
    arrived.map(({ key }) => key),
    ['first', 'last'],
  );
});

/** Publishes by a script, and tells what came of it. */
function scriptedBus(publish: Bus['publish']): Bus {
  return { publish, subscribe: () => ({ stop: async () => {} }) };
}

async function outboxHolds(count: number): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query('SELECT 1 FROM outbox');
    if (rows.length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('what a bus does not take is published again under its id, and what it never takes is set aside', async (t) => {
  const published: BusMessage[] = [];
  const scripted = scriptedBus(async (_topic, messages) => {
    const again = messages.filter(({ id }) => published.some((each) => each.id === id));
    published.push(...messages);
    return {
      later: messages.filter((each) => each.key === 'refused' && !again.includes(each)),
      never: messages.filter(({ key }) => key === 'impossible'),
    };
  });
  await db.transaction().execute((trx) => enqueue(trx, 'claim_released', ['refused', 'impossible', 'taken']));
  const relay = startRelay({ pool: database.pool, bus: scripted, log, idleMs: 5 });
  t.after(relay.stop);
  await outboxHolds(0);
  assert.deepEqual(
    published.map(({ key }) => key),
    ['refused', 'impossible', 'taken', 'refused'],
  );
  assert.equal(published[0]?.id, published[3]?.id);
  const { rows } = await database.pool.query('SELECT message_id AS id, key, topic FROM outbox_set_aside');
  assert.deepEqual(rows, [{ ...published[1], topic: 'claim_released' }]);
});

test('a topic that takes nothing keeps its messages, and those of others pass', async (t) => {
  let away = true;
  const tried: string[] = [];
  const other = Promise.withResolvers<void>();
  const scripted = scriptedBus(async (topic) => {
    tried.push(topic);
    if (topic === 'feedback_given' && away) throw new Error('no such topic');
    if (topic === 'claim_released') other.resolve();
    return allTaken;
  });
  await db.transaction().execute(async (trx) => {
    // More than are taken at once stand before the other topic's message.
    await enqueue(
      trx,
      'feedback_given',
      Array.from({ length: 5_001 }, (_, index) => String(index)),
    );
    await enqueue(trx, 'claim_released', ['behind']);
  });
  const relay = startRelay({ pool: database.pool, bus: scripted, log, idleMs: 5 });
  t.after(relay.stop);
  await other.promise;
  await outboxHolds(5_001);
  away = false;
  await outboxHolds(0);
  assert.ok(tried.filter((topic) => topic === 'feedback_given').length >= 3);
});
