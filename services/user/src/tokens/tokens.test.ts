import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { after, test } from 'node:test';
import { revocationsKeptSeconds, tokenAudience, tokenIssuer } from '@consulta/platform/auth';
import { queryBuilder } from '@consulta/platform/database';
import { inProcessCache, inProcessFanout } from '@consulta/platform/embedded/in-process';
import { allTaken } from '@consulta/platform/messaging';
import { ProblemError } from '@consulta/platform/problems';
import { createLog, createMetrics } from '@consulta/platform/process';
import { serviceDouble } from '@consulta/platform/testing';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { openSessionsInBulk, tokenSigner } from '../../seeding/index.ts';
import { aPatient, startHarness } from '../../testing/harness.ts';
import { createUserService } from '../index.ts';
import type { UserTables } from '../tables.ts';
import { accessTokenSeconds } from './access-token.ts';
import { ensureSigningKey } from './signing-keys.ts';

const { app, internal, keyRing, pool, register, signIn, verifyToken, stop } = await startHarness();
after(stop);

const readKeys = async () =>
  (await app.inject('/.well-known/jwks.json')).json<{ keys: (JWK & { kid: string })[] }>().keys;
const user = await register(aPatient());
const [sessionId = ''] = await openSessionsInBulk(pool, [user.id]);
const signed = await tokenSigner(pool, keyRing);
const [publicKey] = await readKeys();
assert.ok(publicKey);

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: tokenIssuer,
  aud: tokenAudience,
  sub: user.id,
  sid: sessionId,
  role: 'admin',
  iat: now,
  nbf: now,
  exp: now + 600,
};
const isRefused = (token: string) =>
  assert.rejects(
    verifyToken(token),
    (error) => error instanceof ProblemError && error.code === 'unauthorized',
  );

test('the published keys are public, RS256, and the same at both entrances', async () => {
  const keys = await readKeys();
  assert.equal(keys.length, 1);
  for (const key of keys) {
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    assert.equal(key.alg, 'RS256');
  }
  assert.deepEqual((await internal.inject('/.well-known/jwks.json')).json(), { keys });
});

test('a token signed for a session is accepted and says who calls', async () => {
  const token = await signed({ userId: user.id, role: 'patient', sessionId });
  const caller = await verifyToken(token);
  assert.equal(caller.userId, user.id);
  assert.equal(caller.sessionId, sessionId);
  assert.equal(caller.role, 'patient');
  assert.equal(caller.expiresAt - caller.issuedAt, accessTokenSeconds);
  assert.ok(accessTokenSeconds < revocationsKeptSeconds, 'a revocation is forgotten before its token ends');
});

test('a token without a signature is refused', async () => {
  await isRefused(`${base64({ alg: 'none', typ: 'at+jwt' })}.${base64(claims)}.`);
});

test('a token signed with the public key as a secret is refused', async () => {
  const pem = createPublicKey({ key: publicKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  for (const secret of [pem, JSON.stringify(publicKey), String(publicKey.n)]) {
    const head = `${base64({ alg: 'HS256', typ: 'at+jwt', kid: publicKey.kid })}.${base64(claims)}`;
    await isRefused(`${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`);
  }
});

test('a token signed with a key of its own making is refused, also when it brings the key along', async () => {
  const forged = await generateKeyPair('RS256');
  const jwk = await exportJWK(forged.publicKey);
  for (const header of [{ kid: publicKey.kid }, { jwk }, { jwk, kid: 'mine' }]) {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...header })
      .sign(forged.privateKey);
    await isRefused(token);
  }
});

test('a changed token is refused', async () => {
  const token = await signed({ userId: user.id, role: 'patient', sessionId });
  const [head, , signature] = token.split('.');
  await isRefused(`${head}.${base64(claims)}.${signature}`);
});

test('tokens survive a restart: the next process signs with the same key', async () => {
  const input = aPatient();
  await register(input);
  const { accessToken } = await signIn(input.email, input.password);
  await createUserService({
    pool,
    bus: { publish: async () => allTaken, subscribe: () => ({ stop: async () => {} }) },
    cache: inProcessCache(),
    fanout: inProcessFanout(createLog('silent')),
    keyRing,
    log: createLog('silent'),
    metrics: createMetrics(),
    schedule: serviceDouble(),
    config: { doctorVerification: 'auto', argon2: { memoryCost: 8, timeCost: 1 } },
  });
  assert.deepEqual(await readKeys(), [publicKey]);
  await verifyToken(accessToken);
});

test('twenty first starts at once make one key', async () => {
  await pool.query('DELETE FROM signing_keys');
  const db = queryBuilder<UserTables>(pool);
  const made = await Promise.all(Array.from({ length: 20 }, () => ensureSigningKey(db, keyRing)));
  assert.equal(new Set(made.map(({ kid }) => kid)).size, 1);
  assert.equal((await readKeys()).length, 1);
});
