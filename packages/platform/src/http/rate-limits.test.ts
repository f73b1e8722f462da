import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { beforeEach, mock, test } from 'node:test';
import { Type } from 'typebox';
import { inProcessCounters } from '../embedded/in-process/counters.ts';
import { problem } from '../problems/problem.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';
import { networkPerMinute } from './rate-limits.ts';

// All windows end at full minutes, so time stands still.
mock.timers.enable({ apis: ['Date'], now: Date.UTC(2031, 2, 10, 12, 0, 5) });

const verifyToken = async (userId: string) => {
  if (!userId.includes('-')) throw problem('unauthorized');
  return { userId, role: 'patient' as const, sessionId: userId, issuedAt: 0, expiresAt: 2 ** 40 };
};
const appWith = () =>
  createPublicApp({
    log: createLog('silent'),
    metrics: createMetrics(),
    verifyToken,
    counters: inProcessCounters(),
  });

let app = await appWith();
beforeEach(async () => {
  app = await appWith();
  const body = Type.Object({ name: Type.String({ maxLength: 10 }) }, { additionalProperties: false });
  const config = { permission: 'public', perMinute: 3 } as const;
  app.post('/open', { config, schema: { body } }, async () => ({}));
  app.get('/own', { config: { permission: 'account:read-own', perMinute: 3 } }, async () => ({}));
});

const post = (payload: string, remoteAddress = '192.0.2.1') =>
  app.inject({
    method: 'POST',
    url: '/open',
    payload,
    remoteAddress,
    headers: { 'content-type': 'application/json' },
  });
const get = (token: string, remoteAddress = '192.0.2.1') =>
  app.inject({ url: '/own', remoteAddress, headers: { authorization: `Bearer ${token}` } });
const thrice = <T>(work: () => Promise<T>) => Promise.all([work(), work(), work()]);

test('a public route without a limit fails at boot', async () => {
  const config = { permission: 'public' } as const;
  assert.throws(() => app.get('/boundless', { config }, async () => ({})), /declares no limit/);
});

test('what is refused for its body counts like what is accepted, and later says when to come back', async () => {
  const refused = [await post('{"name":'), await post('{"name":1}'), await post('{"other":true}')];
  assert.deepEqual(
    refused.map(({ statusCode }) => statusCode),
    [400, 400, 400],
  );
  const limited = await post('{"name":"Ana"}');
  assert.equal(limited.statusCode, 429);
  assert.equal(limited.json().code, 'rate_limited');
  assert.equal(limited.headers['retry-after'], '55');
  assert.equal(limited.headers['ratelimit-policy'], '"route";q=3;w=60');
  assert.equal(limited.headers.ratelimit, '"route";r=0;t=55');
});

test('the limit is over with the minute', async (t) => {
  await thrice(() => post('{"name":"Ana"}'));
  assert.equal((await post('{"name":"Ana"}')).statusCode, 429);
  mock.timers.tick(60_000);
  t.after(() => mock.timers.setTime(Date.UTC(2031, 2, 10, 12, 0, 5)));
  assert.equal((await post('{"name":"Ana"}')).statusCode, 200);
});

test('where anyone may call, a network is one caller: all of IPv4, /64 of IPv6', async () => {
  await thrice(() => post('{"name":"Ana"}', '2001:db8:0:1::1'));
  assert.equal((await post('{"name":"Ana"}', '2001:db8:0:1:ffff::9')).statusCode, 429);
  assert.equal((await post('{"name":"Ana"}', '2001:db8:0:2::1')).statusCode, 200);
});

test('people behind one address do not take from each other what they may ask for', async () => {
  const [ana, bia] = [randomUUIDv7(), randomUUIDv7()];
  await thrice(() => get(ana));
  assert.equal((await get(ana)).statusCode, 429);
  assert.equal((await get(ana, '192.0.2.2')).statusCode, 429);
  assert.equal((await get(bia)).statusCode, 200);
});

test('bad tokens and unknown routes count for their network alone', async () => {
  const ana = randomUUIDv7();
  for (let sent = 0; sent < networkPerMinute; sent += 2) {
    assert.equal((await get('guessed')).statusCode, 401);
    assert.equal((await app.inject({ url: '/nowhere', remoteAddress: '192.0.2.1' })).statusCode, 404);
  }
  const limited = await get('guessed');
  assert.equal(limited.statusCode, 429);
  assert.equal(limited.headers['ratelimit-policy'], `"network";q=${networkPerMinute};w=60`);
  assert.equal(limited.headers.ratelimit, '"network";r=0;t=55');
  assert.equal((await get(ana)).statusCode, 429);
  assert.equal((await get(ana, '192.0.2.2')).statusCode, 200);
});
