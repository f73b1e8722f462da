import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Problem } from '@consulta/contracts';
import { networkOf } from '@consulta/platform/http';
import { aDoctor, aPatient, startHarness } from '../../testing/harness.ts';
import { accountLimit, pairLimit } from './attempts.ts';

const { call, pool, register, stop } = await startHarness();
after(stop);

const tryPassword = (identifier: string, password: string, ip: string) =>
  call<Problem>('POST', '/auth/login', { body: { identifier, password }, ip });
const passLocks = () =>
  pool.query(
    "UPDATE login_attempts SET locked_until = now() - interval '1 second' WHERE locked_until IS NOT NULL",
  );

async function newPatient() {
  const input = aPatient();
  await register(input);
  return input;
}
const statuses = (answers: { status: number }[]) =>
  Object.fromEntries(
    Map.groupBy(answers, ({ status }) => status)
      .entries()
      .map(([s, all]) => [s, all.length]),
  );

test('after ten wrong passwords in a row even the right one is refused, for a minute', async () => {
  const { email, password } = await newPatient();
  for (let i = 0; i < pairLimit.failuresMax; i += 1) {
    assert.equal((await tryPassword(email, 'wrong', '10.0.0.1')).status, 401);
  }
  const blocked = await tryPassword(email, password, '10.0.0.1');
  assert.equal(blocked.status, 429);
  assert.equal(blocked.body.code, 'too_many_attempts');
  const seconds = Number(blocked.headers['retry-after']);
  assert.ok(seconds > 50 && seconds <= 60, `${seconds}`);
});

test('a hundred guesses at once get at most ten verified', async () => {
  const { email } = await newPatient();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => tryPassword(email, `guess ${i}`, '10.0.0.2')),
  );
  assert.deepEqual(statuses(answers), { 401: pairLimit.failuresMax, 429: 100 - pairLimit.failuresMax });
});

test('spelling the identifier another way gives no more guesses', async () => {
  const { email, cpf } = await newPatient();
  const masked = cpf.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4');
  for (const spellings of [
    [email, email.toUpperCase(), ` ${email}`],
    [cpf, ` ${cpf}`, masked],
  ]) {
    const answers = [];
    for (let i = 0; i < 12; i += 1) {
      answers.push(await tryPassword(spellings[i % 3] ?? email, 'wrong', `10.0.0.3${spellings.length}`));
    }
    assert.deepEqual(statuses(answers), { 401: 10, 429: 2 });
    await passLocks();
  }
});

test('guesses by e-mail, CPF and CRM are ten in all: the right password is not believed after them', async () => {
  const input = aDoctor();
  await register(input);
  const { email, cpf, doctor, password } = input;
  const crm = `${doctor?.crm.number}-${doctor?.crm.state}`;
  const identifiers = [email, cpf, crm];
  for (let i = 0; i < pairLimit.failuresMax; i += 1) {
    assert.equal((await tryPassword(identifiers[i % 3] ?? email, 'wrong', '10.0.0.30')).status, 401);
  }
  for (const identifier of identifiers) {
    assert.equal((await tryPassword(identifier, password, '10.0.0.30')).status, 401, identifier);
  }
  await passLocks();
  assert.equal((await tryPassword(crm, password, '10.0.0.30')).status, 200);
});

test('a lock does not tell which CPF and CRM belong to an e-mail', async () => {
  const input = aDoctor();
  await register(input);
  const { email, cpf, doctor, password } = input;
  const { cpf: anothersCpf } = await newPatient();
  const crm = `${doctor?.crm.number}-${doctor?.crm.state}`;
  for (let i = 0; i < 12; i += 1) await tryPassword(email, 'wrong', '10.0.0.31');
  assert.equal((await tryPassword(email, password, '10.0.0.31')).status, 429);
  const series = await Promise.all(
    [cpf, crm, anothersCpf, '52998224725', '999999-SP'].map(async (identifier) => {
      const answers = [];
      for (let i = 0; i < 12; i += 1) answers.push(await tryPassword(identifier, 'wrong', '10.0.0.31'));
      return answers.map(({ status, body }) => [status, body]);
    }),
  );
  for (const each of series) assert.deepEqual(each, series[0]);
});

test('attempts during a lock charge nothing, whichever counter is closed', async () => {
  const { email, password } = await newPatient();
  for (let i = 0; i < accountLimit.failuresMax; i += 1) await tryPassword(email, 'wrong', `10.4.0.${i}`);
  for (let i = 0; i < 20; i += 1) {
    assert.equal((await tryPassword(email, 'wrong', '10.4.1.1')).status, 429);
  }
  await passLocks();
  assert.equal((await tryPassword(email, password, '10.4.1.1')).status, 200);
  const { rows } = await pool.query('SELECT 1 FROM login_attempts WHERE cardinality(under_way) > 0');
  assert.deepEqual(rows, []);
});

test('unknown identifiers are blocked just the same', async () => {
  const answers = [];
  for (let i = 0; i < 12; i += 1) answers.push(await tryPassword('nobody@example.com', 'wrong', '10.0.0.4'));
  assert.deepEqual(statuses(answers), { 401: 10, 429: 2 });
});

test('a success starts the count anew', async () => {
  const { email, password } = await newPatient();
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 9; i += 1) await tryPassword(email, 'wrong', '10.0.0.5');
    assert.equal((await tryPassword(email, password, '10.0.0.5')).status, 200);
  }
});

test('each failure after a lock doubles it, up to a quarter of an hour', async () => {
  const { email } = await newPatient();
  for (let i = 0; i < 10; i += 1) await tryPassword(email, 'wrong', '10.0.0.6');
  const waits = [];
  for (let i = 0; i < 6; i += 1) {
    await passLocks();
    assert.equal((await tryPassword(email, 'wrong', '10.0.0.6')).status, 401);
    const { headers } = await tryPassword(email, 'wrong', '10.0.0.6');
    waits.push(Math.round(Number(headers['retry-after']) / 60));
  }
  assert.deepEqual(waits, [2, 4, 8, 15, 15, 15]);
});

test('a stranger elsewhere does not lock the owner out', async () => {
  const { email, password } = await newPatient();
  for (let i = 0; i < 12; i += 1) await tryPassword(email, 'wrong', '10.0.0.7');
  assert.equal((await tryPassword(email, password, '10.0.0.8')).status, 200);
});

test('many addresses together are blocked too, but not those the owner signs in from', async () => {
  const { email, password } = await newPatient();
  assert.equal((await tryPassword(email, password, '10.1.0.1')).status, 200);
  const answers = [];
  for (let i = 0; i < accountLimit.failuresMax + 5; i += 1) {
    answers.push(await tryPassword(email, 'wrong', `10.2.0.${i}`));
  }
  assert.deepEqual(statuses(answers), { 401: accountLimit.failuresMax, 429: 5 });
  const newPlace = await tryPassword(email, password, '10.3.0.1');
  assert.equal(newPlace.status, 429);
  assert.ok(Number(newPlace.headers['retry-after']) <= 60);
  assert.equal((await tryPassword(email, password, '10.1.0.1')).status, 200);
});

test('guessing the present password to change it counts as well', async () => {
  const { email, password } = await newPatient();
  const { body } = await call<{ accessToken: string }>('POST', '/auth/login', {
    body: { identifier: email, password },
    ip: '10.0.0.9',
  });
  const change = () =>
    call('PUT', '/users/me/password', {
      token: body.accessToken,
      body: { password: 'wrong', newPassword: 'another long one' },
      ip: '10.0.0.9',
    });
  const answers = [];
  for (let i = 0; i < 12; i += 1) answers.push(await change());
  assert.deepEqual(statuses(answers), { 401: 10, 429: 2 });
});

test('addresses of one IPv6 network are one', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2::1'));
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
  assert.equal(networkOf('::ffff:10.0.0.1'), '10.0.0.1');
  assert.equal(networkOf('::1'), '0:0:0:0');
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0');
});
