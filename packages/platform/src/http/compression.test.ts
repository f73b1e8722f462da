import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { Permission } from '@consulta/contracts';
import { permissions } from '@consulta/contracts';
import type { Caller } from '../auth/access-token.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';

const caller: Caller = { userId: 'x', role: 'patient', sessionId: 'y', issuedAt: 0, expiresAt: 2 ** 40 };
const app = await createPublicApp({
  log: createLog('silent'),
  metrics: createMetrics(),
  verifyToken: async () => caller,
  counters: undefined,
});
const long = { items: Array.from({ length: 300 }, (_, number) => ({ number, name: 'Consultório' })) };
const text = JSON.stringify(long);
const route = (url: string, permission: Permission | 'public', answer: unknown) =>
  app.get(url, { config: { permission, perMinute: 60 } }, async () => answer);
route('/long', 'public', long);
route('/short', 'public', { items: [] });
app.post('/long', { config: { permission: 'public', perMinute: 60 } }, async () => long);
const urlOf = (permission: string) => `/${permission.replace(':', '/')}`;
for (const permission of Object.keys(permissions) as Permission[]) route(urlOf(permission), permission, long);

const get = (url: string, encoding?: string) =>
  app.inject({
    url,
    headers: { authorization: 'Bearer x', ...(encoding ? { 'accept-encoding': encoding } : {}) },
  });

test('a long answer that is the same for everyone is compressed for who takes that', async () => {
  for (const url of ['/long', urlOf('review:read')]) {
    const gzipped = await get(url, 'gzip');
    assert.equal(gzipped.headers['content-encoding'], 'gzip', url);
    assert.match(String(gzipped.headers.vary), /accept-encoding/i);
    assert.equal(gunzipSync(gzipped.rawPayload).toString(), text);
    assert.ok(gzipped.rawPayload.length < text.length / 5);
    const brotli = await get(url, 'gzip, deflate, br');
    assert.equal(brotli.headers['content-encoding'], 'br', url);
    assert.equal(brotliDecompressSync(brotli.rawPayload).toString(), text);
  }
});

test('what is short, not wanted, or answered to a change goes as it is', async () => {
  for (const answer of [
    await get('/short', 'gzip'),
    await get('/long'),
    await get('/long', 'identity'),
    await get('/long', 'gzip;q=0'),
    await app.inject({ method: 'POST', url: '/long', headers: { 'accept-encoding': 'gzip' } }),
  ]) {
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.ok(answer.json().items);
  }
});

test('nothing personal is compressed', async () => {
  const alike = new Set(['review:read']);
  const readable = Object.entries(permissions).filter(([, roles]) =>
    roles.some((role) => role === 'patient'),
  );
  for (const [permission] of readable.filter(([name]) => !alike.has(name))) {
    const answer = await get(urlOf(permission), 'br, gzip');
    assert.deepEqual([answer.statusCode, answer.body], [200, text], permission);
  }
});

test('a request that comes compressed is refused: nobody sends a megabyte in a kilobyte', async () => {
  const refused = await app.inject({
    method: 'POST',
    url: '/long',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(Buffer.alloc(1_000_000, 0x20)),
  });
  assert.equal(refused.statusCode, 400);
});
