import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { PeopleFound, Problem, User } from '@consulta/contracts';
import type { Static } from 'typebox';
import { aDoctor, anAddress, aPatient, startHarness } from '../../testing/harness.ts';

const { app, call, callInternal, internal, pool, register, signIn, stop } = await startHarness();
after(stop);

async function signedIn(input = aPatient()) {
  const user = await register(input);
  const { accessToken: token } = await signIn(input.email, input.password);
  const change = (body: unknown) => call<User & Problem>('PATCH', '/users/me', { token, body });
  return { user, token, change };
}
const lookUp = async (ids: string[]) =>
  (await callInternal<Static<typeof PeopleFound>>('POST', '/internal/people/lookup', { ids })).body.people;

test('a person changes what they may, and others learn of it', async () => {
  const { user, token, change } = await signedIn();
  const changed = await change({ fullName: ' Ana Maria ', socialName: 'Ana', phone: '+5511987654321' });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.fullName, 'Ana Maria');
  assert.equal(changed.body.email, user.email);
  assert.deepEqual((await call<User>('GET', '/users/me', { token })).body, changed.body);
  const { rows } = await pool.query('SELECT topic FROM outbox WHERE key = $1', [user.id]);
  assert.deepEqual(rows, [{ topic: 'person_changed' }]);
  assert.equal((await change({ socialName: null })).body.socialName, null);
});

test('role, CPF, birth date, CRM and verification stay as registered', async () => {
  const { change } = await signedIn(aDoctor());
  for (const body of [
    { role: 'admin' },
    { cpf: '52998224725' },
    { birthDate: '1980-01-01' },
    { doctor: { crm: { number: '1', state: 'SP' } } },
    { doctor: { verification: 'verified' } },
    { doctor: { rating: { average: 5, count: 100 } } },
    {},
  ]) {
    assert.equal((await change(body)).status, 400, JSON.stringify(body));
  }
});

test('an e-mail that another account uses is refused', async () => {
  const { user } = await signedIn();
  const { change } = await signedIn();
  const { password } = aPatient();
  const answer = await change({ email: user.email.toUpperCase(), password });
  assert.equal(answer.body.code, 'email_taken');
});

test('a new e-mail needs the password, and guesses at it count', async () => {
  const input = aPatient();
  const { change, user } = await signedIn(input);
  const email = `novo-${user.email}`;
  const without = await change({ email });
  assert.deepEqual([without.status, without.body.errors?.[0]?.pointer], [400, '/password']);
  const idle = await change({ phone: '+5511987654321', password: input.password });
  assert.deepEqual([idle.status, idle.body.errors?.[0]?.pointer], [400, '/password']);
  const wrong = await change({ email, password: 'not the password' });
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'invalid_credentials']);
  assert.equal((await change({ email: user.email, phone: '+5511987654321' })).status, 200);
  const changed = await change({ email, password: input.password });
  assert.equal(changed.body.email, email);
  await signIn(email, input.password);
  for (let i = 0; i < 10; i += 1) await change({ email: user.email, password: 'not the password' });
  const closed = await change({ email: user.email, password: input.password });
  assert.deepEqual([closed.status, closed.body.code], [429, 'too_many_attempts']);
});

test('a doctor changes their profile; an RQE without its specialty goes', async () => {
  const { change } = await signedIn(
    aDoctor({ specialties: ['Cardiologia', 'Pediatria'], rqes: [{ specialty: 'Pediatria', number: '7' }] }),
  );
  const priced = await change({ doctor: { consultationPriceCents: 45_000, bio: 'Atendo em casa.' } });
  assert.equal(priced.body.doctor?.consultationPriceCents, 45_000);
  assert.equal(priced.body.doctor?.bio, 'Atendo em casa.');
  assert.equal(priced.body.doctor?.rqes.length, 1);
  const narrowed = await change({ doctor: { specialties: ['cardiologia'] } });
  assert.deepEqual(narrowed.body.doctor?.specialties, ['Cardiologia']);
  assert.deepEqual(narrowed.body.doctor?.rqes, []);
  assert.equal((await change({ doctor: { rqes: [{ specialty: 'Pediatria', number: '7' }] } })).status, 400);
});

test('a patient has no doctor profile to change', async () => {
  const { change, token } = await signedIn();
  const answer = await change({ fullName: 'Changed', doctor: { bio: 'x' } });
  assert.equal(answer.status, 400);
  assert.notEqual((await call<User>('GET', '/users/me', { token })).body.fullName, 'Changed');
});

test('a patient takes their address away, a doctor keeps one', async () => {
  const { change, token } = await signedIn();
  assert.equal((await change({ address: null })).body.address, null);
  assert.equal((await call<User>('GET', '/users/me', { token })).body.address, null);
  assert.deepEqual((await change({ address: anAddress })).body.address, { ...anAddress, complement: null });
  const doctor = aDoctor();
  await register(doctor);
  const { accessToken } = await signIn(doctor.email, doctor.password);
  const refused = await call<Problem>('PATCH', '/users/me', { token: accessToken, body: { address: null } });
  assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [400, '/address']);
});

test('a doctor changes how they are addressed, and takes it back; searches and profiles follow', async () => {
  const input = aDoctor({ honorific: 'dr' });
  const { id } = await register(input);
  const { accessToken: token } = await signIn(input.email, input.password);
  type Shown = { id: string; honorific: string | null };
  const shown = async () => {
    const { body: profile } = await call<Shown>('GET', `/doctors/${id}`);
    const crm = `${input.doctor?.crm.number}-TO`;
    const { body: found } = await call<{ items: Shown[] }>('GET', `/doctors?crm=${crm}`);
    return [profile.honorific, found.items[0]?.honorific];
  };
  assert.deepEqual(await shown(), ['dr', 'dr']);
  for (const honorific of ['dra', null] as const) {
    const { status, body } = await call<User>('PATCH', '/users/me', {
      token,
      body: { doctor: { honorific } },
    });
    assert.deepEqual([status, body.doctor?.honorific], [200, honorific]);
    assert.deepEqual(await shown(), [honorific, honorific]);
  }
});

test('other services look people up; a patient’s card holds no address', async () => {
  const patient = await register(aPatient({ socialName: 'Bia' }));
  const doctor = await register(aDoctor({ modes: ['video'], honorific: 'dra' }));
  const people = await lookUp([patient.id, doctor.id, '00000000-0000-7000-8000-000000000000']);
  const byId = new Map(people.map((person) => [person.id, person]));
  assert.deepEqual(byId.get(patient.id), {
    id: patient.id,
    role: 'patient',
    fullName: patient.fullName,
    socialName: 'Bia',
  });
  assert.deepEqual(byId.get(doctor.id), {
    id: doctor.id,
    role: 'doctor',
    fullName: doctor.fullName,
    socialName: null,
    doctor: {
      crm: doctor.doctor?.crm,
      honorific: 'dra',
      specialties: ['Cardiologia'],
      modes: ['video'],
      address: doctor.address,
      verification: 'verified',
    },
  });
  assert.equal(people.length, 2);
});

test('nobody reaches an account without a token, nor internal routes from outside', async () => {
  assert.equal((await call('GET', '/users/me')).status, 401);
  const { token } = await signedIn();
  assert.equal((await call('POST', '/internal/people/lookup', { token, body: { ids: [] } })).status, 404);
  const headers = { authorization: `Bearer ${token}` };
  const request = { method: 'POST', url: '/internal/people/lookup', headers, payload: { ids: [] } } as const;
  assert.equal((await app.inject(request)).statusCode, 404);
  assert.equal((await internal.inject(request)).statusCode, 401);
});
