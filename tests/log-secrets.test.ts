import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TokenPair } from '@consulta/contracts';
import { createLog } from '@consulta/platform/process';
import { apiAt } from './support/api.ts';
import { book } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, password, patientInput, publishSlots } from './support/people.ts';
import { removeFolder, startServer } from './support/server-process.ts';

const server = await startServer({ environment: { LOG_LEVEL: 'trace' } });
const api = apiAt(server.url);
after(async () => {
  await server.kill('node and postgres').catch(() => {});
  await removeFolder(server.folder);
});

test('no token, password or personal datum is in the log, at its most talkative', async () => {
  const [patient, doctor] = [await join(api, patientInput()), await join(api, doctorInput())];
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const { id } = await book(api, patient, slot?.id, { note: 'Nota bem reservada' });
  const credentials = { identifier: patient.email, password };
  const pair = await api.expect<TokenPair>(200, 'POST', '/auth/login', { body: credentials });
  const inCookie = await api.call('POST', '/auth/login', {
    body: credentials,
    headers: { 'x-token-transport': 'cookie' },
  });
  const cookie = inCookie.headers.get('set-cookie')?.split(';')[0] ?? '';
  const cookieTransport = { cookie, 'x-token-transport': 'cookie' };
  await api.call('POST', '/auth/refresh', { body: {}, headers: cookieTransport });
  await api.call('POST', '/auth/refresh', { body: { refreshToken: pair.refreshToken } });
  await api.call('POST', '/auth/refresh', { body: { refreshToken: pair.refreshToken } });
  await api.call('POST', '/auth/login', { body: { ...credentials, password: 'senha-errada-123' } });
  await api.call('GET', '/users/me', { token: `${patient.token}x` });
  await api.call('GET', `/users/me?cursor=${patient.cpf}`, { token: patient.token });
  const form = new FormData();
  form.set('file', new Blob(['%PDF-1.4 nothing'], { type: 'application/pdf' }), 'exame de sangue.pdf');
  const upload = await fetch(`${server.url}/api/v1/appointments/${id}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${patient.token}` },
    body: form,
  });
  await upload.text();
  const abort = new AbortController();
  const cut = fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${patient.token}` },
    signal: abort.signal,
  });
  await cut;
  abort.abort();

  const secrets = {
    'access token': patient.token.slice(0, 30),
    signature: patient.token.split('.')[2]?.slice(0, 30) ?? '',
    'refresh token': pair.refreshToken ?? '',
    cookie: cookie.split('=')[1] ?? '',
    password,
    'wrong password': 'senha-errada-123',
    'e-mail': patient.email,
    cpf: patient.cpf,
    note: 'Nota bem reservada',
    'file name': 'exame de sangue',
  };
  await eventually(async () => assert.ok(server.output().includes('"level"'), 'there is a log'));
  for (const [what, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 5, `${what} is known`);
    assert.ok(!server.output().includes(secret), `the log holds the ${what}`);
  }
});

test('what an error quotes and what a library logs is cut out as well', () => {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const token = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`;
  const headers = { authorization: `Bearer ${token}`, cookie: '__Host-refresh=opaque-value' };
  log.error({ err: new Error(`refused ${token}`, { cause: new Error('Bearer opaque-value') }) }, token);
  log.trace({ req: { method: 'GET', headers }, headers, busboyOptions: { headers } }, 'as it came');
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(''), /eyJ|opaque-value|bbbb/);
});
