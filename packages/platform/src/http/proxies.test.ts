import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';
import { addressOf, trustedProxies } from './proxies.ts';

const appThatTrusts = async (listed: string | undefined) => {
  const app = await createPublicApp({
    log: createLog('silent'),
    metrics: createMetrics(),
    verifyToken: () => assert.fail('nobody needs a token'),
    counters: undefined,
    trustsProxy: trustedProxies(listed),
  });
  app.get('/from', { config: { permission: 'public', perMinute: 60 } }, async (request) =>
    addressOf(request),
  );
  return async (remoteAddress: string, forwarded?: string | string[], more: Record<string, string> = {}) => {
    const headers = { ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }), ...more };
    return app.inject({ url: '/from', remoteAddress, headers });
  };
};

test('without trusted proxies nobody can say where they come from', async () => {
  const ask = await appThatTrusts(undefined);
  assert.equal((await ask('203.0.113.9', '198.51.100.1')).body, '203.0.113.9');
  assert.equal((await ask('127.0.0.1', '198.51.100.1')).body, '127.0.0.1');
});

const asked: [peer: string, forwarded: string | undefined, from: string, why: string][] = [
  ['10.1.2.3', '198.51.100.1', '198.51.100.1', 'a trusted proxy is believed'],
  ['::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1', 'also where its address is mapped'],
  ['2001:db8::7', '2001:db8:ffff::1', '2001:db8:ffff::1', 'also by IPv6'],
  ['203.0.113.9', '198.51.100.1', '203.0.113.9', 'a stranger is not'],
  ['10.1.2.3', '127.0.0.1, 198.51.100.1', '198.51.100.1', 'what a caller wrote before it is not'],
  ['10.1.2.3', '198.51.100.1, 10.9.9.9', '198.51.100.1', 'a proxy behind another is passed over'],
  ['10.1.2.3', '198.51.100.1, 203.0.113.9', '203.0.113.9', 'one that is not trusted is where it comes from'],
  ['10.1.2.3', undefined, '10.1.2.3', 'a proxy that says nothing speaks for itself'],
  ['10.1.2.3', '', '10.1.2.3', 'nor with an empty word'],
  ['10.1.2.3', 'unknown', '10.1.2.3', 'nor with one that is no address'],
  ['10.1.2.3', `${'9'.repeat(9_000)}`, '10.1.2.3', 'however long'],
];

test('what trusted proxies say of where a request comes from counts, and nothing else', async () => {
  const ask = await appThatTrusts('10.0.0.0/8, 2001:db8::7');
  for (const [peer, forwarded, from, why] of asked) {
    assert.equal((await ask(peer, forwarded)).body, from, why);
  }
});

test('that a request came by TLS is believed of a trusted proxy alone', async () => {
  const ask = await appThatTrusts('10.0.0.2');
  const secure = { 'x-forwarded-proto': 'https' };
  assert.ok((await ask('10.0.0.2', '198.51.100.1', secure)).headers['strict-transport-security']);
  assert.equal((await ask('10.0.0.3', undefined, secure)).headers['strict-transport-security'], undefined);
});
