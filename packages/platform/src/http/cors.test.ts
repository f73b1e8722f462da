import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../problems/problem.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';

const listed = 'https://clinica.example';
const appFor = async (origins: string[]) => {
  const app = await createPublicApp({
    log: createLog('silent'),
    metrics: createMetrics(),
    verifyToken: async () => {
      throw problem('unauthorized');
    },
    counters: { count: async () => ({ count: 1, leftMs: 1_000 }) },
    origins,
  });
  app.get('/things', { config: { permission: 'public', perMinute: 60 } }, async () => ({}));
  app.get('/own', { config: { permission: 'account:read-own', perMinute: 60 } }, async () => ({}));
  return app;
};
const app = await appFor([listed, 'http://localhost:3000']);
const preflight = (origin: string, method = 'PUT', url = '/things') => ({
  method: 'OPTIONS' as const,
  url,
  headers: {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,if-match',
  },
});

test('a browser may call from a listed origin, and read what it needs', async () => {
  const allowed = await app.inject(preflight(listed));
  assert.equal(allowed.statusCode, 204);
  assert.equal(allowed.headers['access-control-allow-origin'], listed);
  assert.match(String(allowed.headers['access-control-allow-methods']), /PUT.*PATCH.*DELETE/);
  assert.match(
    String(allowed.headers['access-control-allow-headers']),
    /Authorization.*Idempotency-Key.*If-Match/,
  );
  const answer = await app.inject({ url: '/things', headers: { origin: listed } });
  assert.equal(answer.headers['access-control-allow-origin'], listed);
  assert.equal(answer.headers['access-control-allow-credentials'], 'true');
  const exposed = String(answer.headers['access-control-expose-headers']).split(', ');
  for (const name of ['ETag', 'Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy']) {
    assert.ok(exposed.includes(name), name);
  }
});

test('what is refused can be read as well', async () => {
  for (const [url, status] of [
    ['/own', 401],
    ['/nowhere', 404],
  ] as const) {
    const refused = await app.inject({ url, headers: { origin: listed } });
    assert.equal(refused.statusCode, status);
    assert.equal(refused.headers['access-control-allow-origin'], listed);
    assert.match(String(refused.headers.vary), /Origin/);
    assert.match(String(refused.headers.vary), /Accept-Language/);
  }
});

test('pages of other origins may not', async () => {
  for (const origin of [
    'https://clinica.example.evil.example',
    'http://clinica.example',
    'null',
    'https://evil.example',
  ]) {
    for (const asked of [preflight(origin), { url: '/things', headers: { origin } }]) {
      const answer = await app.inject(asked);
      assert.equal(answer.headers['access-control-allow-origin'], undefined, origin);
    }
  }
});

test('where no origin is listed no page of another may call, and OPTIONS is a method like any other', async () => {
  const closed = await appFor([]);
  const refused = await closed.inject(preflight(listed));
  assert.equal(refused.statusCode, 405);
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
  assert.equal(refused.headers.allow, 'GET, HEAD');
});

test('OPTIONS that is no preflight is refused as anywhere', async () => {
  const refused = await app.inject({ method: 'OPTIONS', url: '/things' });
  assert.deepEqual([refused.statusCode, refused.json().code], [405, 'method_not_allowed']);
  assert.equal((await app.inject({ method: 'OPTIONS', url: '/nowhere' })).statusCode, 404);
});
