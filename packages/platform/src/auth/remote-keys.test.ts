import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, mock, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
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

const tokenOf = ({ kid, privateKey }: typeof old) =>
  new SignJWT({ role: 'patient', sid: randomUUIDv7() })
    .setProtectedHeader({ alg: tokenAlgorithm, typ: tokenType, kid })
    .setSubject(randomUUIDv7())
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime('10m')
    .sign(privateKey);

const verifier = () => {
  const revocations = { assertFresh: () => {}, assertSignedIn: () => {} };
  const verify = createTokenVerifier({ keys: remoteKeys(url), revocations });
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
