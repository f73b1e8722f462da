import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

const defaults = (environment: Record<string, string>) => {
  const { demo, doctorVerification, loopback } = readConfig(environment);
  return { demo, doctorVerification, loopback };
};
const convenient = { demo: true, doctorVerification: 'auto', loopback: true };
const careful = { demo: false, doctorVerification: 'manual', loopback: false };
const tls = { TLS_CERT_FILE: '/cert.pem', TLS_KEY_FILE: '/key.pem' };

test('an entrance for this machine alone has convenient defaults', () => {
  assert.deepEqual(defaults({}), convenient);
  for (const HOST of ['localhost', 'LocalHost', '127.0.0.1', '127.0.0.53', '::1']) {
    assert.deepEqual(defaults({ HOST }), convenient, HOST);
  }
});

test('any other entrance, and one with TLS, has careful defaults', () => {
  for (const HOST of ['0.0.0.0', '::', '192.168.0.7', 'localhost.example.com', '127.0.0.1.example.com']) {
    assert.deepEqual(defaults({ HOST }), careful, HOST);
  }
  assert.deepEqual(defaults(tls), careful);
  assert.deepEqual(defaults({ ...tls, HOST: 'localhost' }), careful);
});

test('behind a proxy an entrance is for others, wherever it listens', () => {
  for (const TRUST_PROXY of ['127.0.0.1', ' 10.0.0.0/8 , ::1']) {
    assert.deepEqual(defaults({ TRUST_PROXY }), careful, TRUST_PROXY);
  }
  assert.deepEqual(defaults({ TRUST_PROXY: '' }), convenient);
});

test('what is no proxy and no origin is refused by the name of its variable', () => {
  for (const TRUST_PROXY of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '0.0.0.0/0',
    '::/0',
    '*',
    '10.0.0.0/',
  ]) {
    assert.throws(
      () => readConfig({ TRUST_PROXY }),
      /^WrongSetting: TRUST_PROXY is .*: it accepts addresses/,
    );
  }
  for (const CORS_ORIGINS of [
    '*',
    'null',
    'clinica.example',
    'https://clinica.example/app',
    'ftp://clinica.example',
  ]) {
    assert.throws(
      () => readConfig({ CORS_ORIGINS }),
      /^WrongSetting: CORS_ORIGINS is .*: it accepts origins/,
    );
  }
  const { origins } = readConfig({ CORS_ORIGINS: 'https://Clinica.example/, http://localhost:3000' });
  assert.deepEqual(origins, ['https://clinica.example', 'http://localhost:3000']);
});

test('what is asked for goes before a default', () => {
  const asked = { demo: true, doctorVerification: 'auto' as const };
  assert.deepEqual(defaults({ HOST: '::', DEMO: '1', DOCTOR_VERIFICATION: 'auto' }), {
    ...careful,
    ...asked,
  });
  const declined = { demo: false, doctorVerification: 'manual' as const };
  assert.deepEqual(defaults({ DEMO: '0', DOCTOR_VERIFICATION: 'manual' }), { ...convenient, ...declined });
});
