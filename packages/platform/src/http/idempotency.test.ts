import assert from 'node:assert/strict';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { platformMigrations } from '../database/migrate.ts';
import { queryBuilder } from '../database/query-builder.ts';
import { problem } from '../problems/problem.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { createPublicApp } from './entrances.ts';
import { exclusively, idempotencyKeyOf, isFirstUse, once, recallKey } from './idempotency.ts';

/** An entrance whose one route is under way until `finish` is called. */
async function entrance() {
  const verifyToken = async (userId: string) => {
    return { userId, role: 'patient' as const, sessionId: userId, issuedAt: 0, expiresAt: 2 ** 40 };
  };
  const common = { log: createLog('silent'), metrics: createMetrics() };
  const app = await createPublicApp({ ...common, verifyToken, counters: undefined });
  const [started, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  app.post('/things', { config: { permission: 'account:read-own', perMinute: 60 } }, async (request) =>
    exclusively(idempotencyKeyOf(request), async () => {
      started.resolve();
      await finished.promise;
      return {};
    }),
  );
  const post = async (token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': 'one' };
    const answer = await app.inject({ method: 'POST', url: '/things', headers });
    return [answer.statusCode, answer.json().code];
  };
  return { post, started: started.promise, finish: finished.resolve };
}

test('a key is under way for its caller at its entrance alone, until its request is answered', async () => {
  const [here, elsewhere] = [await entrance(), await entrance()];
  const [ana, bia] = [randomUUIDv7(), randomUUIDv7()];
  const first = here.post(ana);
  await here.started;
  assert.deepEqual(await here.post(ana), [409, 'idempotency_in_progress']);
  const others = [here.post(bia), elsewhere.post(ana)];
  await elsewhere.started;
  here.finish();
  elsewhere.finish();
  assert.deepEqual(await Promise.all([first, ...others]), Array(3).fill([200, undefined]));
  assert.deepEqual(await here.post(ana), [200, undefined]);
});

const database = await createTestDatabase([platformMigrations]);
after(() => database.drop());
const db = queryBuilder<Record<never, never>>(database.pool);
const newKey = () => ({
  scope: randomBytes(32),
  requestHash: randomBytes(32),
  underWay: new Set<string>(),
});

test('what another process has just done for the same key is no reason to refuse: the answer is that of the key', async () => {
  const key = newKey();
  const made = randomUUIDv7();
  let tried = 0;
  const answer = await once(db, key, async () => {
    tried += 1;
    const earlier = await recallKey(db, key);
    if (earlier) return earlier;
    // Between the look at the key and the look at the limit the other process commits.
    await isFirstUse(db, key, made);
    throw problem('too_many_requests_open');
  });
  assert.deepEqual([answer, tried], [made, 2]);
});

test('a refusal of a key that nobody used is the answer, and so is a failure', async () => {
  for (const error of [problem('too_many_requests_open'), new Error('broken')]) {
    let tried = 0;
    const work = async () => {
      tried += 1;
      throw error;
    };
    await assert.rejects(once(db, newKey(), work), error);
    await assert.rejects(once(db, undefined, work), error);
    assert.equal(tried, 2);
  }
});
