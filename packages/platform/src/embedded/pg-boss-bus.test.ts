import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPool } from '../database/pool.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { openPgBossBus } from './pg-boss-bus.ts';

const database = await createTestDatabase([]);
/** How many more connections fail. */
let refusals = 0;
const url = () => (refusals-- > 0 ? 'postgres://nobody:x@127.0.0.1:1/nothing' : database.url);
const pool = openPool({ url, connectionsMax: 2 });
const bus = await openPgBossBus({ pool, log: createLog('silent'), metrics: createMetrics(), alone: true });
after(async () => {
  await bus.close();
  await pool.end();
  await database.drop();
});

/** No connection to the database is left, and the next ones cannot be made. */
async function cutOff(): Promise<void> {
  refusals = 5;
  while (pool.totalCount > 0) {
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  }
}

test('a message that was handled while the database went away is taken up again as soon as it is back', async () => {
  const handled: string[] = [];
  const { promise: again, resolve } = Promise.withResolvers<void>();
  const subscription = bus.subscribe('claim_released', { batchMax: 10 }, async ([message]) => {
    handled.push(message?.id ?? '');
    if (handled.length === 2) return resolve();
    await cutOff();
  });
  const id = crypto.randomUUID();
  await bus.publish('claim_released', [{ id, key: 'one' }]);
  await again;
  await subscription.stop();
  assert.deepEqual(handled, [id, id]);
});

test('who is not told to be alone leaves the messages that others are handling to them', async () => {
  const shared = await openPgBossBus({
    pool: database.pool,
    log: createLog('silent'),
    metrics: createMetrics(),
    alone: false,
  });
  const [gate, begun, other] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const handled: string[] = [];
  const handler = async ([message]: { key: string }[]) => {
    handled.push(message?.key ?? '');
    if (message?.key === 'second') return other?.resolve();
    begun?.resolve();
    await gate?.promise;
  };
  const first = bus.subscribe('account_deleted', { batchMax: 1 }, handler);
  await bus.publish('account_deleted', [{ id: crypto.randomUUID(), key: 'first' }]);
  await begun?.promise;
  const second = shared.subscribe('account_deleted', { batchMax: 1 }, handler);
  await shared.publish('account_deleted', [{ id: crypto.randomUUID(), key: 'second' }]);
  await other?.promise;
  await second.stop();
  gate?.resolve();
  await first.stop();
  await shared.close();
  assert.deepEqual(handled, ['first', 'second']);
});
