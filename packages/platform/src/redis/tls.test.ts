import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readEnvironment } from '../process/environment.ts';
import { freePort } from '../process/free-port.ts';
import { makeCertificate, opensslMissing } from '../testing/certificates.ts';
import { redisMissing, startTestRedis } from '../testing/redis-server.ts';
import { redisConfigOf, redisVariables } from './config.ts';
import { connectRedis } from './connection.ts';

const ends: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of ends.toReversed()) await end();
});

/** What a Redis that needs a password answers, with these settings, or why there is no connection. */
async function greet(environment: NodeJS.ProcessEnv): Promise<string> {
  const config = redisConfigOf(readEnvironment(redisVariables, environment));
  assert.ok(config);
  const { promise, resolve } = Promise.withResolvers<string>();
  const client = connectRedis(config, (error) => resolve(Reflect.get(error, 'code') ?? error.message));
  client.once('ready', () => resolve(client.ping()));
  return promise.finally(() => client.disconnect());
}

test('Redis is reached by TLS, and only where its certificate is for it and from the authority named', {
  skip: redisMissing || opensslMissing,
  timeout: 60_000,
}, async () => {
  const [certificate, foreign] = [
    await makeCertificate('IP:127.0.0.1'),
    await makeCertificate('IP:127.0.0.1'),
  ];
  ends.push(certificate.remove, foreign.remove);
  const port = await freePort();
  const redis = await startTestRedis([
    ...['--tls-port', `${port}`, '--tls-cert-file', certificate.certificateFile],
    ...['--tls-key-file', certificate.keyFile, '--tls-auth-clients', 'no', '--requirepass', 'segredo'],
  ]);
  ends.push(redis.close);
  const url = `rediss://127.0.0.1:${port}`;
  const on = { REDIS_URL: url, REDIS_PASSWORD: 'segredo', REDIS_CA_FILE: certificate.authorityFile };
  assert.equal(await greet(on), 'PONG');
  const untrusted = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
  assert.equal(await greet({ ...on, REDIS_CA_FILE: foreign.authorityFile }), untrusted);
  assert.equal(await greet({ ...on, REDIS_CA_FILE: '' }), untrusted);
  const byName = { ...on, REDIS_URL: `rediss://localhost:${port}` };
  assert.equal(await greet(byName), 'ERR_TLS_CERT_ALTNAME_INVALID');
});
