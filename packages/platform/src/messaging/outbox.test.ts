import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { platformMigrations } from '../database/migrate.ts';
import { queryBuilder } from '../database/query-builder.ts';
import { openPgBossBus } from '../embedded/pg-boss-bus.ts';
import { createLog } from '../process/log.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import type { BusMessage } from './bus.ts';
import { enqueue, startRelay } from './outbox.ts';

const database = await createTestDatabase([platformMigrations]);
const log = createLog('silent');
const db = queryBuilder<Record<never, never>>(database.pool);
const bus = await openPgBossBus({ pool: database.pool, log });
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
