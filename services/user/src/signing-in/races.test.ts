import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Problem, TokenPair } from '@consulta/contracts';
import { queryBuilder } from '@consulta/platform/database';
import { ProblemError, problem } from '@consulta/platform/problems';
import { aPatient, cheapArgon2, startHarness } from '../../testing/harness.ts';
import { changeUser } from '../account/change.ts';
import { changePassword } from '../account/change-password.ts';
import { createPasswordHasher, type PasswordHasher } from '../passwords/hasher.ts';
import { endOwnSession } from '../sessions/end-sessions.ts';
import type { UserTables } from '../tables.ts';
import { login } from './login.ts';

const { call, pool, register, signIn, stop } = await startHarness();
after(stop);
const db = queryBuilder<UserTables>(pool);
const hasher = await createPasswordHasher(cheapArgon2);

const newPassword = 'another long one';
async function newPatient() {
  const input = aPatient();
  const { id } = await register(input);
  const tokens = await signIn(input.email, input.password);
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [id]);
  const owner = { userId: id, sessionId: rows[0]?.id ?? '', ip: '10.0.0.1', password: input.password };
  const attempt = { identifier: input.email, password: input.password, ip: '10.0.0.1', userAgent: undefined };
  return { input, owner, attempt, tokens };
}
/** The real hasher, with something that happens once a password is verified and before anybody learns of it. */
const thenMeanwhile = (act: () => Promise<unknown>): PasswordHasher => ({
  ...hasher,
  verify: async (hash, password) => {
    const right = await hasher.verify(hash, password);
    await act();
    return right;
  },
});
const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ProblemError && error.code === code;

test('a sign-in that was verified against the old password opens no session once it is changed', async () => {
  const { owner, attempt } = await newPatient();
  const change = () => changePassword(db, hasher, { ...owner, newPassword });
  await assert.rejects(login(db, thenMeanwhile(change), attempt), refusedWith('invalid_credentials'));
  const { rows } = await pool.query('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [
    owner.userId,
  ]);
  assert.deepEqual(rows, [{ id: owner.sessionId }]);
});

test('however sign-ins and a change of the password meet, only what knows the new one goes on', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { input, tokens } = await newPatient();
    const old = () =>
      call<TokenPair>('POST', '/auth/login', { body: { identifier: input.email, password: input.password } });
    const change = call('PUT', '/users/me/password', {
      token: tokens.accessToken,
      body: { password: input.password, newPassword },
    });
    const answers = await Promise.all([old(), old(), old(), old()]);
    assert.equal((await change).status, 204);
    for (const { status, body } of answers.filter((each) => each.status === 200)) {
      assert.equal(status, 200);
      assert.equal((await call('GET', '/users/me', { token: body.accessToken })).status, 401);
    }
    assert.equal((await call('GET', '/users/me', { token: tokens.accessToken })).status, 200);
  }
});

test('of changes of a password at once, one counts', async () => {
  const { input, tokens } = await newPatient();
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      call<Problem>('PUT', '/users/me/password', {
        token: tokens.accessToken,
        body: { password: input.password, newPassword: `${newPassword} ${i}` },
      }),
    ),
  );
  const winner = answers.findIndex(({ status }) => status === 204);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 401, 401, 401, 401]);
  await signIn(input.email, `${newPassword} ${winner}`);
});

test('a new e-mail rests on the password that is the account’s when it is set', async () => {
  const { owner, input } = await newPatient();
  const change = () => changePassword(db, hasher, { ...owner, newPassword });
  const deps = { db, hasher: thenMeanwhile(change), doctorVerification: 'auto' as const };
  const wanted = { email: `novo-${input.email}`, password: input.password };
  await assert.rejects(changeUser(deps, owner, wanted), refusedWith('invalid_credentials'));
});

test('a session that ends while the password is verified changes nothing any more', async () => {
  const { owner, input } = await newPatient();
  const meanwhile = thenMeanwhile(() => endOwnSession(db, owner.userId, owner.sessionId));
  await assert.rejects(changePassword(db, meanwhile, { ...owner, newPassword }), refusedWith('unauthorized'));
  await signIn(input.email, input.password);
});

test('however a refresh and the end of a session meet, no token is left that works', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { input, tokens } = await newPatient();
    const other = await signIn(input.email, input.password);
    const refresh = (refreshToken = '') =>
      call<TokenPair>('POST', '/auth/refresh', { body: { refreshToken } });
    const [refreshed, changed] = await Promise.all([
      refresh(other.refreshToken),
      call('PUT', '/users/me/password', {
        token: tokens.accessToken,
        body: { password: input.password, newPassword },
      }),
    ]);
    assert.equal(changed.status, 204);
    if (refreshed.status !== 200) continue;
    const { accessToken, refreshToken } = refreshed.body;
    assert.equal((await call('GET', '/users/me', { token: accessToken ?? '' })).status, 401);
    assert.equal((await refresh(refreshToken)).status, 401);
  }
});

test('an overloaded hasher is not a wrong password', async () => {
  const { attempt } = await newPatient();
  const overloaded: PasswordHasher = { ...hasher, verify: () => Promise.reject(problem('overloaded')) };
  for (let i = 0; i < 30; i += 1) {
    await assert.rejects(login(db, overloaded, attempt), refusedWith('overloaded'));
  }
  assert.ok(await login(db, hasher, attempt));
});

test('an error of the database is not a wrong password', async () => {
  const { attempt } = await newPatient();
  await pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$`);
  await pool.query('CREATE TRIGGER fail BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION fail()');
  for (let i = 0; i < 30; i += 1) await assert.rejects(login(db, hasher, attempt), /no space/);
  await pool.query('DROP TRIGGER fail ON sessions');
  assert.ok(await login(db, hasher, attempt));
});

test('an attempt whose verdict never came is forgotten after a minute, not counted', async () => {
  const { attempt } = await newPatient();
  const lost = thenMeanwhile(async () => {
    await pool.query('ALTER TABLE login_attempts RENAME TO lost_attempts');
  });
  for (let i = 0; i < 10; i += 1) {
    await assert.rejects(login(db, lost, { ...attempt, password: 'wrong' }));
    await pool.query('ALTER TABLE lost_attempts RENAME TO login_attempts');
  }
  await assert.rejects(login(db, hasher, attempt), refusedWith('too_many_attempts'));
  await pool.query(
    `UPDATE login_attempts SET under_way = ARRAY(SELECT t - interval '1 minute' FROM unnest(under_way) t)`,
  );
  assert.ok(await login(db, hasher, attempt));
});
