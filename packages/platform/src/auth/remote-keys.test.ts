import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, mock, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createLog } from '../process/log.ts';
import { tokenAlgorithm, tokenAudience, tokenIssuer, tokenType } from './access-token.ts';
import { remoteKeys } from './remote-keys.ts';
import { createTokenVerifier } from './token-verifier.ts';

type Answer = { status: number; body: string };
let answer: Answer | 'cut' = 'cut';
const server = createServer((request, response) => {
  if (answer === 'cut') request.destroy();
  else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
after(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;

const pair = async (kid: string) => {
  const { publicKey, privateKey } = await generateKeyPair(tokenAlgorithm);
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: tokenAlgorithm, use: 'sig' } };
};
const [old, next, foreign] = [await pair('old'), await pair('next'), await pair('foreign')];
const published = (...keys: (typeof old)[]): Answer => ({
  status: 200,
  body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }),
});

/** A token by a clock that differs from this one's by so many seconds. */
const tokenOf = ({ kid, privateKey }: typeof old, aheadSeconds = 0) => {
  const issuedAt = Math.floor(Date.now() / 1000) + aheadSeconds;
  return new SignJWT({ role: 'patient', sid: randomUUIDv7() })
    .setProtectedHeader({ alg: tokenAlgorithm, typ: tokenType, kid })
    .setSubject(randomUUIDv7())
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + 600)
    .sign(privateKey);
};

const log = createLog('silent');
const verifier = ({ find } = remoteKeys(url, { log })) => {
  const revocations = { assertFresh: () => {}, assertSignedIn: () => {} };
  const verify = createTokenVerifier({ keys: find, revocations });
  return async (token: string) => verify(token);
};

/** Lets the pause between two readings pass. */
let passedMs = 0;
const performanceNow = performance.now.bind(performance);
mock.method(performance, 'now', () => performanceNow() + passedMs);

const unreadable: [name: string, answer: Answer | 'cut'][] = [
  ['does not answer', 'cut'],
  ['answers 500', { status: 500, body: '{}' }],
  ['answers 404', { status: 404, body: '{"keys":[]}' }],
  ['redirects', { status: 302, body: '' }],
  ['answers what is no JSON', { status: 200, body: '<html>' }],
  ['answers what is no key set', { status: 200, body: '{"keys":{}}' }],
];

for (const [name, bad] of unreadable) {
  test(`keys whose owner ${name} make 503, never 401, and what was known still counts`, async () => {
    answer = bad;
    const verify = verifier();
    const token = await tokenOf(old);
    await assert.rejects(verify(token), { code: 'unavailable' });
    await assert.rejects(verify(token), { code: 'unavailable' }, 'right after a failure too');
    passedMs += 2_000;
    answer = published(old);
    await verify(token);
    passedMs += 2_000;
    answer = bad;
    await assert.rejects(verify(await tokenOf(next)), { code: 'unavailable' });
    await assert.rejects(verify(await tokenOf(next)), { code: 'unavailable' });
    passedMs += 700_000;
    await verify(await tokenOf(old));
    answer = published(next);
    passedMs += 2_000;
    await verify(await tokenOf(next));
    await assert.rejects(verify(await tokenOf(foreign)), { code: 'unauthorized' });
  });
}

test('who starts before the keys can be read waits for them, and then knows them without asking', async () => {
  answer = { status: 503, body: '{}' };
  const keys = remoteKeys(url, { log });
  let started = false;
  const start = keys.start().then(() => {
    started = true;
  });
  await assert.rejects(verifier(keys)(await tokenOf(old)), { code: 'unavailable' });
  assert.equal(started, false);
  answer = published(old);
  await start;
  answer = { status: 503, body: '{}' };
  await verifier(keys)(await tokenOf(old));
  await keys.stop();
  answer = 'cut';
  const waiting = remoteKeys(url, { log });
  const inVain = assert.rejects(waiting.start(), /has ended/);
  await waiting.stop();
  await inVain;
});

test('keys are read again in the background: one that was withdrawn ends, and an outage ends none', async () => {
  answer = published(old);
  const keys = remoteKeys(url, { log, everyMs: 20 });
  await keys.start();
  const isKnown = async (pair: typeof old) =>
    verifier(keys)(await tokenOf(pair)).then(
      () => true,
      (error) => (['unauthorized', 'unavailable'].includes(error.code) ? false : assert.fail(error)),
    );
  assert.equal(await isKnown(old), true);
  answer = { status: 503, body: '{}' };
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await isKnown(old), true);
  answer = published(next);
  while (await isKnown(old)) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await isKnown(next), true);
  await keys.stop();
});

test('a clock 3 s apart turns no good token into a bad one; one far apart does', async () => {
  answer = published(old);
  const verify = verifier();
  for (const seconds of [3, -3, -602]) await verify(await tokenOf(old, seconds));
  for (const seconds of [30, -630]) {
    await assert.rejects(verify(await tokenOf(old, seconds)), { code: 'unauthorized' });
  }
});
