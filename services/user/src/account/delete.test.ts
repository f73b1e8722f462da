import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Bookability, DeletedAccountsPage, Problem, TokenPair, User } from '@consulta/contracts';
import type { Static } from 'typebox';
import {
  aDoctor,
  anAddress,
  aPatient,
  cheapArgon2,
  signInAdministrator,
  startHarness,
} from '../../testing/harness.ts';
import { createAdministrator } from '../registration/administrators.ts';

const key = Buffer.alloc(32, 5);
const networks = { key, crowdedAbove: 1_000, perHour: 1_000, perDay: 1_000, onRefused: () => {} };
const harness = await startHarness({ networks });
const { call, callInternal, pool, register, signIn } = harness;
after(harness.stop);

const leave = (token: string, password: string, ip?: string) =>
  call<Problem | null>('DELETE', '/users/me', { token, body: { password }, ...(ip ? { ip } : {}) });
const statusOf = async (token: string) => (await call('GET', '/users/me', { token })).status;

/** Everything that the database holds, as text, and the planner's samples of it. */
async function wholeDatabase(): Promise<string> {
  await pool.query('ANALYZE');
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
  );
  const parts: string[] = [];
  for (const name of [...tables.map((table) => table.name), 'pg_stats']) {
    const { rows } = await pool.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`);
    parts.push(...rows.map(({ line }) => line));
  }
  return parts.join('\n');
}

test('a deleted account is nowhere in the database, its tokens are dead, and its CPF and e-mail are free', async () => {
  const input = aPatient({
    fullName: 'Quitéria Vasconcelos',
    socialName: 'Quim Vasconcelos',
    birthDate: '1961-02-03',
    phone: '+5568999887766',
    address: { ...anAddress, street: 'Travessa dos Ipês-Amarelos', postalCode: '69901234' },
  });
  for (let more = 0; more < 5; more += 1) await register(aPatient());
  const { id } = await register(input);
  const { accessToken, refreshToken } = await signIn(input.cpf, input.password);
  const other = await signIn(input.email, input.password);
  const personal = [
    ...['Quitéria', 'Vasconcelos', '1961-02-03', '+5568999887766', 'Ipês-Amarelos', '69901234'],
    ...[input.email, input.cpf],
  ];
  const before = await wholeDatabase();
  for (const each of personal) assert.ok(before.includes(each), `${each} is there before`);

  assert.equal((await leave(accessToken, 'not the password')).body?.code, 'invalid_credentials');
  assert.equal(await statusOf(accessToken), 200);
  assert.equal((await leave(accessToken, input.password)).status, 204);

  assert.deepEqual([await statusOf(accessToken), await statusOf(other.accessToken)], [401, 401]);
  for (const token of [refreshToken, other.refreshToken]) {
    const refused = await call('POST', '/auth/refresh', { body: { refreshToken: token } });
    assert.equal(refused.status, 401);
  }
  const login = { body: { identifier: input.email, password: input.password } };
  assert.equal((await call<Problem>('POST', '/auth/login', login)).body.code, 'invalid_credentials');
  const left = await wholeDatabase();
  for (const each of personal) assert.ok(!left.includes(each), `${each} is left`);
  assert.ok(left.includes(id));

  const again = await register(input);
  assert.notEqual(again.id, id);
  assert.equal(await statusOf((await signIn(input.cpf, input.password)).accessToken), 200);
});

test('other services learn whose account is gone, by message and by asking', async () => {
  const input = aDoctor();
  const doctor = await register(input);
  const { accessToken } = await signIn(input.email, input.password);
  await pool.query('TRUNCATE outbox');
  assert.equal((await leave(accessToken, input.password)).status, 204);
  const { rows } = await pool.query('SELECT topic, key FROM outbox ORDER BY position');
  assert.deepEqual(rows, [
    { topic: 'account_deleted', key: doctor.id },
    { topic: 'doctor_bookability_changed', key: doctor.id },
  ]);
  const stays = await register(aDoctor());
  const ids = [doctor.id, stays.id];
  const asked = await callInternal<Static<typeof Bookability>>('POST', '/internal/doctors/bookability', {
    ids,
  });
  assert.deepEqual(asked.body.doctors, [
    { doctorId: doctor.id, bookable: false, deleted: true },
    { doctorId: stays.id, bookable: true, deleted: false },
  ]);
  const among = await callInternal<{ ids: string[] }>('POST', '/internal/people/deleted', { ids });
  assert.deepEqual(among.body.ids, [doctor.id]);
  const listed: string[] = [];
  let after: string | null = null;
  do {
    const path = `/internal/people/deleted?limit=1${after ? `&after=${after}` : ''}`;
    const page: { body: Static<typeof DeletedAccountsPage> } = await callInternal('GET', path);
    listed.push(...page.body.ids);
    after = page.body.nextAfter;
  } while (after);
  assert.ok(listed.includes(doctor.id) && !listed.includes(stays.id));
  const token = (await signIn((await register(aPatient())).email, aPatient().password)).accessToken;
  assert.equal((await call('GET', `/doctors/${doctor.id}`, { token })).status, 404);
  await register({ ...input, email: `again-${input.email}` });
});

test('guesses at the password count as they do at sign-in', async () => {
  const input = aPatient();
  await register(input);
  const { accessToken } = await signIn(input.email, input.password);
  for (let i = 0; i < 10; i += 1) {
    assert.equal((await leave(accessToken, 'not the password', '192.0.2.7')).status, 401);
  }
  const closed = await leave(accessToken, input.password, '192.0.2.7');
  assert.deepEqual([closed.status, closed.body?.code], [429, 'too_many_attempts']);
  assert.equal(await statusOf(accessToken), 200);
});

test('no session outlives the account, however close to its end it was opened', async () => {
  for (let round = 0; round < 5; round += 1) {
    const input = aPatient();
    await register(input);
    const { accessToken, refreshToken } = await signIn(input.email, input.password);
    const body = { identifier: input.email, password: input.password };
    const logins = Array.from({ length: 6 }, () => call<TokenPair>('POST', '/auth/login', { body }));
    const refreshed = call<TokenPair>('POST', '/auth/refresh', { body: { refreshToken } });
    const changed = call<User>('PATCH', '/users/me', { token: accessToken, body: { socialName: 'Bia' } });
    const left = leave(accessToken, input.password);
    const answers = await Promise.all([...logins, refreshed]);
    await changed;
    assert.equal((await left).status, 204);
    for (const { status, body: pair } of answers) {
      if (status === 200) assert.equal(await statusOf(pair.accessToken), 401);
      else assert.equal(status, 401);
    }
  }
});

test('the last administrator stays, also when the last two leave at once', async () => {
  await pool.query("DELETE FROM users WHERE role = 'admin'");
  const alone = await signInAdministrator(harness);
  const refused = await leave(alone, 'the keys to the clinic');
  assert.deepEqual([refused.status, refused.body?.code], [409, 'last_administrator']);
  assert.equal(await statusOf(alone), 200);
  const second = await signInAdministrator(harness);
  const answers = await Promise.all([alone, second].map((token) => leave(token, 'the keys to the clinic')));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409]);
  const { rows } = await pool.query("SELECT count(*) FROM users WHERE role = 'admin'");
  assert.deepEqual(rows, [{ count: 1 }]);
  await createAdministrator(
    { pool, argon2: cheapArgon2 },
    { email: 'third@example.com', password: 'the keys to the clinic', fullName: 'Eva' },
  );
});

test('deleting accounts makes no room for more of them on a network', async () => {
  const counted = () => pool.query('SELECT count(*) FROM registration_networks').then(({ rows }) => rows[0]);
  const input = aPatient();
  await register(input);
  const before = await counted();
  assert.equal(
    (await leave((await signIn(input.email, input.password)).accessToken, input.password)).status,
    204,
  );
  assert.deepEqual(await counted(), before);
});
