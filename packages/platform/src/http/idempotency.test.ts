import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';
import { exclusively, idempotencyKeyOf } from './idempotency.ts';

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
