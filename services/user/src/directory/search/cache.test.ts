import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { aDoctor, aPatient, startHarness } from '../../../testing/harness.ts';

const { call, pool, register, signIn, stop } = await startHarness({ searchCacheMs: 600_000 });
after(stop);

const tokenOf = async () => {
  const person = aPatient();
  await register(person);
  return (await signIn(person.email, person.password)).accessToken;
};
const [mine, theirs] = [await tokenOf(), await tokenOf()];
const first = await register(aDoctor());
const found = async (query: string, token: string) => {
  const { body } = await call<{ items: { id: string }[] }>('GET', `/doctors?${query}`, { token });
  return body.items.map(({ id }) => id);
};

test('an answer is repeated for everybody, and only for the very same search', async () => {
  assert.deepEqual(await found('specialty=Cardiologia', mine), [first.id]);
  const second = await register(aDoctor());
  assert.deepEqual(await found('specialty=Cardiologia', mine), [first.id]);
  assert.deepEqual(await found('specialty=Cardiologia', theirs), [first.id]);
  for (const query of [
    'specialty=Cardiologia&sort=name',
    'specialty=Cardiologia&limit=19',
    'specialty=Cardiologia&state=TO',
    'specialty=Cardiologia&name=m',
    'specialty=Cardiologia&maxPriceCents=100000',
    'specialty=Cardiologia&mode=in_person',
  ]) {
    assert.deepEqual((await found(query, mine)).sort(), [first.id, second.id].sort(), query);
  }
  const { body } = await call<{ items: unknown[] }>('GET', '/doctors?specialty=Cardiologia');
  assert.equal(body.items.length, 1, 'nobody need say who they are');
});

test('searches for different times do not share an answer', async () => {
  await pool.query("UPDATE doctor_directory SET next_available_at = '2999-06-01'");
  assert.deepEqual(await found('availableBefore=2999-05-01T00:00:00Z', mine), []);
  assert.equal((await found('availableBefore=2999-07-01T00:00:00Z', mine)).length, 2);
});
