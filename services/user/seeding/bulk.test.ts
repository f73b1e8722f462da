import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { User } from '@consulta/contracts';
import { createPasswordHasher } from '../src/index.ts';
import { aDoctor, aPatient, cheapArgon2, startHarness } from '../testing/harness.ts';
import { insertUsersInBulk, openSessionsInBulk, tokenSigner } from './bulk.ts';

const { call, keyRing, pool, register, signIn, stop } = await startHarness();
after(stop);

test('users brought in by bulk are the same as those who register', async () => {
  const inputs = [
    aPatient({ socialName: 'Nina' }),
    aDoctor({ bio: 'Olá', insurances: ['Unimed'], rqes: [{ specialty: 'Cardiologia', number: '1' }] }),
  ];
  const registered = await Promise.all(inputs.map(register));
  await pool.query('DELETE FROM users');
  const hasher = await createPasswordHasher(cheapArgon2);
  const users = inputs.map(({ password: _, ...rest }, i) => ({ ...rest, id: registered[i]?.id ?? '' }));
  await insertUsersInBulk(pool, users, await hasher.hash('one for all of them'));
  for (const [i, { email }] of inputs.entries()) {
    const { accessToken: token } = await signIn(email, 'one for all of them');
    const { body } = await call<User>('GET', '/users/me', { token });
    const times = { createdAt: body.createdAt, updatedAt: body.updatedAt };
    assert.deepEqual(body, { ...registered[i], ...times });
  }
});

test('sessions opened in bulk have working tokens', async () => {
  const { id } = await register(aPatient());
  const [sessionId = ''] = await openSessionsInBulk(pool, [id]);
  const sign = await tokenSigner(pool, keyRing);
  const token = await sign({ userId: id, role: 'patient', sessionId });
  assert.equal((await call<User>('GET', '/users/me', { token })).body.id, id);
});
