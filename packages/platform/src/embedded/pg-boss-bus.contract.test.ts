import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Topic } from '@consulta/contracts';
import { patientLimits, withConnection } from '../database/connection.ts';
import type { BusMessage } from '../messaging/bus.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { type BusUnderTest, busContract, triesMax } from '../testing/bus.contract.ts';
import { holdTo } from '../testing/contract.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { openPgBossBus } from './pg-boss-bus.ts';

async function open({ alone = true } = {}) {
  const database = await createTestDatabase([]);
  const retries = { times: triesMax - 1, firstAfterS: 0 };
  const bus = await openPgBossBus({
    pool: database.pool,
    log: createLog('silent'),
    metrics: createMetrics(),
    retries,
    alone,
  });
  const deadLetters = async (topic: Topic) => {
    const { rows } = await database.pool.query<BusMessage>(
      'SELECT source_id AS id, singleton_key AS key FROM pgboss.job WHERE name = $1',
      [`${topic}_dead_letter`],
    );
    return rows;
  };
  /** A server that restarts ends all sessions. */
  const restartEngine = async () => {
    const endOthers = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    // A connection of the pool may be one that ended the last time.
    await withConnection({ connectionString: database.url }, patientLimits, (own) => own.query(endOthers));
  };
  const close = async () => {
    await bus.close();
    await database.drop();
  };
  return { adapter: { bus, deadLetters, restartEngine } satisfies BusUnderTest, close };
}

holdTo('pg-boss as the bus', busContract, open);
holdTo('pg-boss as a bus that others share', busContract, () => open({ alone: false }));

test('hints of one key that nobody has received are one', async () => {
  const { adapter, close } = await open();
  const hint = (key: string) => ({ id: crypto.randomUUID(), key });
  await adapter.bus.publish('booking_wake', [hint('ana'), hint('ana'), hint('bia')]);
  await adapter.bus.publish('booking_wake', [hint('ana'), hint('last')]);
  const keys: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = adapter.bus.subscribe('booking_wake', { batchMax: 1 }, async ([message]) => {
    keys.push(message?.key ?? '');
    if (message?.key === 'last') resolve();
  });
  await promise;
  await subscription.stop();
  assert.deepEqual(keys.toSorted(), ['ana', 'bia', 'last']);
  await close();
});
