import assert from 'node:assert/strict';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { book, databaseOf } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

/*
 * Behind a proxy everyone shares one address, unless the proxy is believed. Here it is at 127.0.0.2; everybody else is a
 * stranger whose headers change nothing, whatever counts by address: limits, closed accounts, the trail.
 */
const proxy = '127.0.0.2';
const stranger = '127.0.0.3';
const system = await startSystem({
  HOST: '127.0.0.1',
  TRUST_PROXY: proxy,
  RATE_LIMITS: 'on',
  DOCTOR_VERIFICATION: 'auto',
});
after(() => system.stop());
const { api } = system;

type Asked = { token?: string; body?: unknown; method?: string };

/** Asks from one of this machine's addresses, in the name of another. */
async function ask(
  localAddress: string,
  forwarded: string,
  path: string,
  { token, body, method = 'GET' }: Asked = {},
) {
  const headers = {
    'x-forwarded-for': forwarded,
    // What a proxy is called outside is not what the server is called here.
    host: 'consulta.example',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    left: number;
    body: unknown;
  }>();
  const sent = request(api.url + path, { method, localAddress, headers, agent: false }, (response) => {
    const left = Number(/;r=(\d+)/.exec(String(response.headers.ratelimit))?.[1]);
    json(response).then(
      (answer) => resolve({ status: response.statusCode ?? 0, left, body: answer }),
      reject,
    );
  });
  sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

test('a limit counts whom a proxy speaks for, and a stranger whatever they say', async () => {
  const leftFor = async (from: string, forwarded: string) =>
    (await ask(from, forwarded, '/health/live')).left;
  const [first, second] = [await leftFor(proxy, '198.51.100.1'), await leftFor(proxy, '198.51.100.2')];
  assert.equal(second, first);
  assert.equal(await leftFor(proxy, '203.0.113.5, 198.51.100.1'), first - 1);
  const alone = await leftFor(stranger, '198.51.100.3');
  assert.equal(await leftFor(stranger, '198.51.100.4'), alone - 1);
});

test('wrong passwords close an account for where they come from', async () => {
  const { email } = await join(api, patientInput());
  const guess = async (from: string, forwarded: string) => {
    const body = { identifier: email, password: 'errada-errada' };
    return (await ask(from, forwarded, '/api/v1/auth/login', { method: 'POST', body })).status;
  };
  for (let tried = 1; tried <= 10; tried += 1) {
    assert.equal(await guess(stranger, `198.51.100.${tried}`), 401);
  }
  assert.equal(await guess(stranger, '198.51.100.99'), 429, 'another word of a stranger opens nothing');
  assert.equal(await guess(proxy, '198.51.100.1'), 401, 'nor does it close anything to whom it named');
});

test('the trail names whom a proxy speaks for, and the stranger who only says so', async () => {
  const [patient, doctor] = await Promise.all([join(api, patientInput()), join(api, doctorInput())]);
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const { id } = await book(api, patient, slot?.id, { note: 'Alergia a dipirona' });
  const read = (from: string, forwarded: string) =>
    ask(from, forwarded, `/api/v1/appointments/${id}`, { token: doctor.token });
  assert.equal((await read(proxy, '127.0.0.1, 198.51.100.7')).status, 200);
  assert.equal((await read(stranger, '198.51.100.8')).status, 200);
  const pool = await databaseOf(system.folder, 'appointments');
  try {
    await eventually(async () => {
      const { rows } = await pool.query<{ address: string }>(
        'SELECT address FROM audit_entries WHERE resource_id = $1 AND actor_id = $2 ORDER BY id',
        [id, doctor.id],
      );
      assert.deepEqual(
        rows.map(({ address }) => address),
        ['198.51.100.7', stranger],
      );
    });
  } finally {
    await pool.end();
  }
});
