import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Place, Problem } from '@consulta/contracts';
import { aDoctor, anAddress, aPatient, signInAdministrator, startHarness } from '../../testing/harness.ts';
import { mergeSpellings } from './places.ts';

const harness = await startHarness();
const { call, pool, register, stop } = harness;
after(stop);

const inCity = (city: string, state: 'SP' | 'TO' | 'BA') =>
  register(aDoctor({}, { address: { ...anAddress, city, state } }));
const placesOf = async (query = ''): Promise<Place[]> => {
  const { status, body } = await call<{ items: Place[] }>('GET', `/places${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(Object.keys(body), ['items']);
  return body.items;
};

for (const city of ['São Paulo', 'SAO PAULO', 'São Paulo', 'São José dos Campos']) await inCity(city, 'SP');
for (const city of ['Palmas', 'Palmas']) await inCity(city, 'TO');
await inCity("Santa Bárbara d'Oeste", 'SP');
await inCity('Palmas', 'BA');
const suspended = await inCity('Gurupi', 'TO');
await register(aPatient({ address: { ...anAddress, city: 'Araguaína' } }));
const administrator = await signInAdministrator(harness);
await call('POST', `/admin/doctors/${suspended.id}/suspend`, {
  token: administrator,
  body: { reason: 'Registro cassado' },
});

test('anyone sees the cities with bookable doctors, most doctors first, each by its commonest spelling', async () => {
  assert.deepEqual(await placesOf(), [
    { city: 'São Paulo', state: 'SP', doctors: 3 },
    { city: 'Palmas', state: 'TO', doctors: 2 },
    { city: 'Palmas', state: 'BA', doctors: 1 },
    { city: "Santa Bárbara d'Oeste", state: 'SP', doctors: 1 },
    { city: 'São José dos Campos', state: 'SP', doctors: 1 },
  ]);
  assert.equal((await placesOf('?limit=2')).length, 2);
});

test('a city is found by the beginning of any of its words, accents and case aside, and not by what is inside', async () => {
  const found = async (q: string) =>
    (await placesOf(`?${new URLSearchParams({ q })}`)).map(({ city }) => city);
  for (const q of ['sao', 'SÃO P', 'paulo', ' são  paulo '])
    assert.ok((await found(q)).includes('São Paulo'), q);
  assert.deepEqual(await found('jose dos c'), ['São José dos Campos']);
  assert.deepEqual(await found('d oeste'), ["Santa Bárbara d'Oeste"]);
  for (const q of ['aulo', 'Araguaína', 'Gurupi', '%', '_', '.*']) assert.deepEqual(await found(q), [], q);
});

test('a text without a letter, one that is too long and a limit beyond a hundred are refused', async () => {
  for (const [query, pointer, code] of [
    ['?q=-', '/q', 'no_letters'],
    [`?q=${'a'.repeat(101)}`, '/q', 'too_long'],
    ['?q=', '/q', 'too_short'],
    ['?limit=101', '/limit', 'too_large'],
    ['?cursor=WzFd', '/cursor', 'unknown_field'],
  ] as const) {
    const { status, body } = await call<Problem>('GET', `/places${query}`);
    const [first] = body.errors ?? [];
    assert.deepEqual([status, first?.pointer, first?.code], [400, pointer, code], query);
  }
});

test('spellings of one city in one state are one place; two states have two', () => {
  const rows: Place[] = [
    { city: 'Mogi Mirim', state: 'SP', doctors: 2 },
    { city: 'Mogi-Mirim', state: 'SP', doctors: 2 },
    { city: 'Mogi Mirim', state: 'TO', doctors: 3 },
  ];
  const places = mergeSpellings(rows).map(({ city, state, doctors }) => `${city} ${state} ${doctors}`);
  assert.deepEqual(places, ['Mogi Mirim SP 4', 'Mogi Mirim TO 3']);
});

test('places are counted from an index, without reading the doctors', async () => {
  await pool.query('VACUUM ANALYZE doctor_directory');
  const client = await pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
    const { rows } = await client.query(
      'EXPLAIN SELECT city, state, count(*) FROM doctor_directory WHERE listed GROUP BY city, state',
    );
    assert.match(JSON.stringify(rows), /Index Only Scan using doctor_directory_places/);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});
