import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../problems/problem.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';

const app = await createPublicApp({
  log: createLog('silent'),
  metrics: createMetrics(),
  verifyToken: async () => {
    throw problem('unauthorized');
  },
  counters: undefined,
});
const config = { permission: 'account:read-own', perMinute: 60 } as const;
app.get('/things', { config }, async () => ({}));
app.post('/things', { config }, async () => ({}));
app.get('/things/:id', { config }, async () => ({}));
app.patch('/things/:id', { config }, async () => ({}));
app.delete('/things/:id/parts/:partId', { config }, async () => ({}));

const refused = async (method: 'GET' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD' | 'TRACE', url: string) => {
  const { statusCode, headers } = await app.inject({ method: method as 'GET', url });
  return [statusCode, headers.allow];
};

test('a method that an address does not take is 405, with those it takes', async () => {
  assert.deepEqual(await refused('PUT', '/things'), [405, 'GET, HEAD, POST']);
  assert.deepEqual(await refused('DELETE', '/things?x=/a/b'), [405, 'GET, HEAD, POST']);
  assert.deepEqual(await refused('DELETE', '/things/7'), [405, 'GET, HEAD, PATCH']);
  assert.deepEqual(await refused('GET', '/things/7/parts/9'), [405, 'DELETE']);
  assert.deepEqual(await refused('TRACE', '/things'), [405, 'GET, HEAD, POST']);
});

test('an address that nothing answers is 404 whatever the method, and one that takes the method is asked for a token', async () => {
  for (const url of [
    '/',
    '/thing',
    '/things/',
    '/things/7/parts',
    '/things/7/parts/',
    '/things/7/parts/9/x',
  ]) {
    assert.deepEqual(await refused('PUT', url), [404, undefined], url);
  }
  for (const method of ['GET', 'HEAD'] as const)
    assert.deepEqual(await refused(method, '/things'), [401, undefined]);
});

test('a challenge tells whoever sent a token that it does not serve', async () => {
  const challenged = async (authorization?: string) =>
    (await app.inject({ url: '/things', headers: authorization ? { authorization } : {} })).headers[
      'www-authenticate'
    ];
  const plain = 'Bearer realm="consulta"';
  assert.equal(await challenged(), plain);
  assert.equal(await challenged('Basic YTpi'), plain);
  const told = `${plain}, error="invalid_token", error_description="A valid access token is needed"`;
  for (const sent of ['Bearer guessed', 'bearer guessed', 'Bearer not a token']) {
    assert.equal(await challenged(sent), told, sent);
  }
});
