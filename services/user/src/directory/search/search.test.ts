import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  type Address,
  type DoctorSearchQuery,
  DoctorSummary,
  type Problem,
  type RegisterUser,
} from '@consulta/contracts';
import { createLog } from '@consulta/platform/process';
import fc from 'fast-check';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { insertSampleDoctors } from '../../../seeding/sample-doctors.ts';
import { aDoctor, anAddress, aPatient, startHarness } from '../../../testing/harness.ts';
import { readSearch } from './filter.ts';
import { runPrepared, searchDoctors } from './search.ts';
import { openSearchPool } from './search-pool.ts';
import { readStatistics } from './statistics.ts';

type Summary = Static<typeof DoctorSummary>;
type Page = { items: Summary[]; nextCursor: string | null };

const { call, callInternal, pool, register, signIn, stop } = await startHarness();
after(stop);
const patient = aPatient();
await register(patient);
const { accessToken: token } = await signIn(patient.email, patient.password);

const search = async (query: object): Promise<Page> => {
  const path = `/doctors?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`;
  const { status, body } = await call<Page>('GET', path, { token });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const names = async (query: object) => (await search(query)).items.map(({ fullName }) => fullName);

const at = (city: string, state: 'SP' | 'TO' | 'AC'): Address => ({
  ...anAddress,
  city,
  state,
});
const registerAll = async (...doctors: RegisterUser[]) => {
  for (const doctor of doctors) await register(doctor);
};
await registerAll(
  aDoctor(
    {
      crm: { number: '0778899', state: 'SP' },
      specialties: ['Clínica Médica', 'Cardiologia'],
      consultationPriceCents: 20_000,
      insurances: ['Bradesco Saúde', 'Unimed'],
      modes: ['in_person', 'video'],
      rqes: [{ specialty: 'Cardiologia', number: '42' }],
    },
    { fullName: 'João  Conceição', address: at('São Paulo', 'SP') },
  ),
  aDoctor(
    { crm: { number: '778899', state: 'TO' }, consultationPriceCents: 30_000, insurances: ['Unimed'] },
    { fullName: 'Ana Brandão', address: at('Palmas', 'TO') },
  ),
  aDoctor(
    { specialties: ['Pediatria'], consultationPriceCents: 30_000, modes: ['video'] },
    { fullName: 'Íris d’Ávila 100%', address: at('Palmas', 'TO') },
  ),
);
const ids = new Map((await search({})).items.map(({ id, fullName }) => [fullName, id]));
const idOf = (name: string) => ids.get(name) ?? assert.fail(name);
const [joao, ana, iris] = ['João Conceição', 'Ana Brandão', 'Íris d’Ávila 100%'];

test('an answer is what the contract says, no more and no less', async () => {
  const { items } = await search({ crm: '778899-SP' });
  const [item] = items;
  assert.deepEqual(item, {
    id: idOf(joao),
    fullName: joao,
    honorific: null,
    crm: { number: '0778899', state: 'SP' },
    specialties: ['Clínica Médica', 'Cardiologia'],
    rqes: [{ specialty: 'Cardiologia', number: '42' }],
    city: 'São Paulo',
    state: 'SP',
    consultationPriceCents: 20_000,
    insurances: ['Bradesco Saúde', 'Unimed'],
    modes: ['in_person', 'video'],
    rating: { average: null, count: 0 },
    nextAvailableAt: null,
  });
  assert.ok(Value.Check(DoctorSummary, item));
});

test('accents, case and spare spaces make no difference', async () => {
  for (const query of [
    { specialty: 'CLINICA  medica' },
    { specialty: ' clínica médica ' },
    { city: 'sao paulo' },
    { city: 'SÃO PAULO' },
    { city: 'Sa\u0303o Paulo' },
    { insurance: 'bradesco saude' },
    { name: 'joao' },
    { name: 'JOÃO CONCEICAO' },
    { name: 'ceiç' },
  ]) {
    assert.deepEqual(await names(query), [joao], JSON.stringify(query));
  }
});

test('a name is found by any part of it, however short or odd', async () => {
  for (const name of ['o c', 'ao', 'j', 'João Conceição', 'o', 'çã']) {
    assert.ok((await names({ name })).includes(joao), name);
  }
  for (const name of ['%', '100%', '0%', 'd’av', 'dav'])
    assert.deepEqual(await names({ name }), [iris], name);
  for (const name of ['_', '\\', '"', 'w', 'xq', 'zzz', '&', '|', ':*', '()', 'a%b']) {
    assert.deepEqual(await names({ name }), [], name);
  }
});

test('a name is found by its words in any order, without particles, and however its signs are typed', async (t) => {
  const people = {
    'Maria da Silva e Souza': [
      'Maria Silva',
      'souza maria',
      'Maria Souza',
      'maria de souza',
      'e silva souza',
    ],
    'Ana D´Ávila Prates': ["d'avila", 'D´Ávila', 'D’Ávila', 'davila', 'd avila', 'D`AVILA', 'Ana Avila'],
    'João-Pedro dos Santos Q.': ['joao pedro', 'João-Pedro', 'Joao–Pedro Santos', 'pedro q.', 'joao q'],
  };
  t.after(() => pool.query('DELETE FROM doctor_directory WHERE full_name = ANY ($1)', [Object.keys(people)]));
  await registerAll(...Object.keys(people).map((fullName) => aDoctor({}, { fullName })));
  for (const [fullName, typed] of Object.entries(people)) {
    for (const name of typed) {
      const found = await names({ name });
      assert.deepEqual(
        found.filter((each) => each in people),
        [fullName],
        name,
      );
    }
  }
  for (const name of ['Maria Prates', 'Silva Santos', 'joaopedro'])
    assert.deepEqual(await names({ name }), [], name);
});

test('a city is found however its hyphens and apostrophes are typed', async (t) => {
  const cities = {
    'Mogi Mirim': ['Mogi-Mirim', 'mogi mirim', 'MOGI–MIRIM'],
    'Santa Bárbara d´Oeste': [
      "santa barbara d'oeste",
      'Santa Bárbara d’Oeste',
      'Santa Barbara D Oeste',
      'santa barbara doeste',
    ],
    'Embu-Guaçu': ['embu guacu'],
  };
  const doctors = Object.keys(cities).map((city) => aDoctor({}, { address: at(city, 'SP') }));
  t.after(() => pool.query('DELETE FROM doctor_directory WHERE city = ANY ($1)', [Object.keys(cities)]));
  await registerAll(...doctors);
  for (const [index, typed] of Object.values(cities).entries()) {
    for (const city of typed) assert.deepEqual(await names({ city }), [doctors[index]?.fullName], city);
  }
});

test('city, specialty and insurance are compared whole', async () => {
  for (const query of [
    { city: 'São' },
    { specialty: 'Cardio' },
    { insurance: 'Uni' },
    { specialty: 'Astrologia' },
  ]) {
    assert.deepEqual(await names(query), [], JSON.stringify(query));
  }
});

test('conditions combine', async () => {
  assert.deepEqual(await names({ specialty: 'cardiologia', sort: 'name' }), [ana, joao]);
  assert.deepEqual(await names({ specialty: 'cardiologia', state: 'TO' }), [ana]);
  assert.deepEqual(await names({ specialty: 'cardiologia', city: 'palmas', insurance: 'unimed' }), [ana]);
  assert.deepEqual(await names({ insurance: 'unimed', mode: 'video' }), [joao]);
  assert.deepEqual(await names({ maxPriceCents: 20_000 }), [joao]);
  assert.deepEqual(await names({ maxPriceCents: 29_999, state: 'TO' }), []);
  assert.deepEqual(await names({ name: 'a', city: 'palmas', mode: 'video' }), [iris]);
  assert.deepEqual(await names({ specialty: 'pediatria', crm: '778899' }), []);
});

test('a CRM is found by number, or by number and state, whatever its leading zeros', async () => {
  assert.deepEqual(await names({ crm: '778899', sort: 'name' }), [ana, joao]);
  assert.deepEqual(await names({ crm: '00778899-to' }), [ana]);
  assert.deepEqual(await names({ crm: '778899-AC' }), []);
});

test('ratings arrive by version; the best come first and the unrated last', async () => {
  const rate = (doctorId: string, sum: number, count: number, version: number) =>
    callInternal('POST', '/internal/doctors/ratings', { ratings: [{ doctorId, sum, count, version }] });
  await rate(idOf(joao), 13, 3, 7);
  await rate(idOf(joao), 1, 1, 6);
  await rate(idOf(iris), 5, 1, 1);
  assert.deepEqual(await names({ sort: 'rating' }), [iris, joao, ana]);
  assert.deepEqual((await search({ name: joao })).items[0]?.rating, { average: 4.33, count: 3 });
  assert.deepEqual(await names({ minRating: 4.33, sort: 'rating' }), [iris, joao]);
  assert.deepEqual(await names({ minRating: 4.34 }), [iris]);
  assert.deepEqual(await names({ minRating: 4.34, sort: 'rating' }), [iris]);
});

test('the other orders', async () => {
  assert.deepEqual(await names({ sort: 'name' }), [ana, iris, joao]);
  assert.equal((await names({ sort: 'price' }))[0], joao);
  const free = (id: string, hours: number) =>
    pool.query(
      "UPDATE doctor_directory SET next_available_at = now() + $2 * interval '1 hour' WHERE doctor_id = $1",
      [id, hours],
    );
  await free(idOf(iris), 2);
  await free(idOf(ana), 1);
  assert.deepEqual(await names({}), [ana, iris, joao]);
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  for (const sort of ['nextAvailable', 'price', 'name', 'rating']) {
    assert.deepEqual((await names({ availableBefore: inHours(3), sort })).sort(), [ana, iris]);
    assert.deepEqual(await names({ availableBefore: inHours(1.5), sort }), [ana]);
    assert.deepEqual(await names({ availableBefore: inHours(-1), sort }), []);
  }
});

test('changes of a profile and suspensions are seen at once', async () => {
  const input = aDoctor({ specialties: ['Geriatria'] }, { fullName: 'Zélia Antes' });
  const { id } = await register(input);
  const { accessToken } = await signIn(input.email, input.password);
  const body = { fullName: 'Zélia Depois', doctor: { specialties: ['Nefrologia'], insurances: ['Só Aqui'] } };
  await call('PATCH', '/users/me', { token: accessToken, body });
  assert.deepEqual(await names({ specialty: 'geriatria' }), []);
  assert.deepEqual(await names({ specialty: 'nefrologia', name: 'depois' }), ['Zélia Depois']);
  assert.equal((await call('GET', `/doctors/${id}`, { token })).status, 200);
  const insurances = await call<{ items: string[] }>('GET', '/insurances');
  assert.deepEqual(insurances.body.items, ['Bradesco Saúde', 'Só Aqui', 'Unimed']);

  await pool.query('UPDATE doctor_directory SET listed = false WHERE doctor_id = $1', [id]);
  for (const query of [
    { specialty: 'nefrologia' },
    { name: 'zelia' },
    { insurance: 'so aqui' },
    { crm: input.doctor?.crm.number ?? '' },
  ]) {
    assert.deepEqual(await names(query), [], JSON.stringify(query));
  }
  assert.equal((await call('GET', `/doctors/${id}`, { token })).status, 404);
});

test('bad values are refused', async () => {
  for (const query of [
    'sort=best',
    'minRating=6',
    'maxPriceCents=-1',
    'limit=101',
    'limit=0',
    'state=XX',
    'mode=phone',
    'crm=abc',
    'availableBefore=tomorrow',
    'name=%CC%81',
    'name=%27',
    'name=-.-',
    'unknown=1',
    'cursor=AAAA',
  ]) {
    const { status, body } = await call<Problem>('GET', `/doctors?${query}`, { token });
    assert.equal(status, 400, query);
    assert.equal(body.code, 'bad_request');
  }
  assert.equal((await call('GET', '/doctors')).status, 200, 'anyone may look');
});

test('whoever moves while a list is read is neither missed nor met twice, in every order', async (t) => {
  const people = Array.from({ length: 12 }, (_, i) =>
    aDoctor({ specialties: ['Acupuntura'] }, { fullName: `Wanda ${i}` }),
  );
  const ids: string[] = [];
  for (const person of people) ids.push((await register(person)).id);
  t.after(() => pool.query('DELETE FROM doctor_directory WHERE doctor_id = ANY ($1)', [ids]));
  const turn = (column: string) =>
    pool.query(
      `UPDATE doctor_directory SET ${column} WHERE doctor_id = (SELECT doctor_id FROM doctor_directory
         WHERE doctor_id = ANY ($1) ORDER BY random() LIMIT 1)`,
      [ids],
    );
  const changes = {
    nextAvailable: "next_available_at = now() + random() * interval '30 days'",
    price: 'consultation_price_cents = 10000 + random() * 90000',
    name: "full_name = chr(97 + (random() * 25)::integer) || ' Wanda'",
    rating: 'rating_sum = 1 + (random() * 40)::integer, rating_count = 10',
  };
  for (const [sort, change] of Object.entries(changes)) {
    for (const query of [
      { specialty: 'acupuntura' },
      { specialty: 'acupuntura', name: 'wanda', mode: 'in_person' },
    ]) {
      for (let round = 0; round < 5; round += 1) {
        const met: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page = await search({ ...query, sort, limit: 1 + round, ...(cursor ? { cursor } : {}) });
          met.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
          for (let moves = 0; moves < 3; moves += 1) await turn(change);
        }
        assert.deepEqual([...met].sort(), [...ids].sort(), `by ${sort}, ${1 + round} a page`);
      }
    }
  }
});

test('a cursor with an impossible snapshot is refused', async () => {
  const { nextCursor } = await search({ sort: 'price', limit: 1 });
  const [sort, key, id] = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString());
  for (const asOf of [
    '',
    '5',
    '5:4:',
    '0:0:',
    '5:9:4',
    '5:9:9',
    '5:9:7,6',
    '5:9:6,6',
    '5:9:x',
    '1:99999999999999999999:',
    5,
  ]) {
    const cursor = Buffer.from(JSON.stringify([sort, key, id, asOf])).toString('base64url');
    assert.equal(
      (await call('GET', `/doctors?sort=price&cursor=${cursor}`, { token })).status,
      400,
      String(asOf),
    );
  }
});

test('a cursor fits only the order it came from', async () => {
  const { nextCursor } = await search({ sort: 'price', limit: 1 });
  assert.equal((await call('GET', `/doctors?sort=name&cursor=${nextCursor}`, { token })).status, 400);
});

const value = fc.record(
  {
    specialty: fc.constantFrom('cardiologia', 'CLINICA MEDICA', 'Pediatria', 'Urologia', 'none such'),
    city: fc.constantFrom('São Paulo', 'rio de janeiro', 'Palmas', 'Santa Alegre'),
    state: fc.constantFrom('SP', 'RJ', 'TO', 'AC'),
    name: fc.constantFrom(
      'a',
      'x',
      'qu',
      'silva',
      'maria',
      'zi',
      'JOSÉ DOS',
      'kaloba',
      'silva maria',
      'a jo',
    ),
    insurance: fc.constantFrom('unimed', 'Omint', 'Ativia'),
    mode: fc.constantFrom('video', 'in_person'),
    minRating: fc.constantFrom(1, 3, 4.5, 4.99),
    maxPriceCents: fc.constantFrom(12_000, 20_000, 35_001, 200_000),
    availableBefore: fc
      .integer({ min: 1, max: 1000 })
      .map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString()),
    sort: fc.constantFrom('nextAvailable', 'price', 'name', 'rating'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<DoctorSearchQuery>;

test('paging through any search gives exactly what fits, in order, once', async () => {
  await pool.query('DELETE FROM doctor_directory');
  await insertSampleDoctors(pool, 3_000);
  const searchPool = openSearchPool(pool, createLog('silent'));
  const run = runPrepared(searchPool);
  const statistics = await readStatistics(searchPool);
  const everybody: Summary[] = [];
  const nowMs = Date.now();
  const page = async (query: DoctorSearchQuery): Promise<Page> =>
    JSON.parse(await searchDoctors(run, readSearch(query, nowMs), statistics));
  const all = async (query: DoctorSearchQuery, limit: number) => {
    const items: Summary[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const next = await page({ ...query, limit, ...(cursor ? { cursor } : {}) });
      assert.ok(next.items.length <= limit);
      items.push(...next.items);
      cursor = next.nextCursor;
    }
    return items;
  };
  everybody.push(...(await all({}, 100)));
  assert.equal(everybody.length, 3_000);
  try {
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(3, 20, 100), async (query, limit) => {
        const expected = everybody.filter((doctor) => fits(doctor, query, nowMs)).sort(order(query));
        const firstPages = expected.length > 400 && limit === 3 ? 100 : limit;
        const found = await all(query, firstPages);
        assert.deepEqual(
          found.map(({ id }) => id),
          expected.map(({ id }) => id),
        );
      }),
      { numRuns: 300 },
    );
  } finally {
    await searchPool.end();
  }
});

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const saidWords = (name: string) => plain(name.replaceAll(' DOS', '')).split(' ');

/** The same conditions, said once more and another way. */
function fits(doctor: Summary, query: DoctorSearchQuery, nowMs: number): boolean {
  const among = (values: string[], wanted: string | undefined) =>
    wanted === undefined || values.map(plain).includes(plain(wanted));
  const freeAt =
    doctor.nextAvailableAt === null ? Number.POSITIVE_INFINITY : Date.parse(doctor.nextAvailableAt);
  return (
    among(doctor.specialties, query.specialty) &&
    among([doctor.city], query.city) &&
    among([doctor.state], query.state) &&
    among(doctor.insurances, query.insurance) &&
    among(doctor.modes, query.mode) &&
    saidWords(query.name ?? '').every((word) => plain(doctor.fullName).includes(word)) &&
    (doctor.rating.average ?? 0) >= (query.minRating ?? 0) &&
    doctor.consultationPriceCents <= (query.maxPriceCents ?? Number.POSITIVE_INFINITY) &&
    (query.availableBefore === undefined || (freeAt >= nowMs && freeAt < Date.parse(query.availableBefore)))
  );
}

function order({ sort = 'nextAvailable' }: DoctorSearchQuery) {
  const key = (doctor: Summary): number | string => {
    if (sort === 'price') return doctor.consultationPriceCents;
    if (sort === 'name') return plain(doctor.fullName);
    if (sort === 'rating') return -(doctor.rating.average ?? -1);
    return doctor.nextAvailableAt === null ? Number.POSITIVE_INFINITY : Date.parse(doctor.nextAvailableAt);
  };
  const compare = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0);
  return (a: Summary, b: Summary) => compare(key(a), key(b)) || compare(a.id, b.id);
}
