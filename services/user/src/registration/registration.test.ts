import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Problem, RegisterUser, User } from '@consulta/contracts';
import { aDoctor, aPatient, startHarness } from '../../testing/harness.ts';

let now = Temporal.Now.instant;
const { call, pool, register, signIn, stop } = await startHarness({ now: () => now() });
after(stop);

const refusal = async (input: unknown) => {
  const answer = await call<Problem>('POST', '/users', { body: input });
  return { status: answer.status, code: answer.body.code, errors: answer.body.errors ?? [] };
};
const pointers = async (input: unknown) => {
  const { status, errors } = await refusal(input);
  assert.equal(status, 400);
  return errors.map(({ pointer }) => pointer);
};
const without = (input: RegisterUser, field: keyof RegisterUser) => {
  const { [field]: _left, ...rest } = input;
  return rest;
};

test('a patient registers and is answered without the password', async () => {
  const input = aPatient({ socialName: 'Nina' });
  const { status, body } = await call<User>('POST', '/users', { body: input });
  assert.equal(status, 201);
  const { password, ...rest } = input;
  assert.ok(!JSON.stringify(body).includes(password));
  assert.deepEqual(
    { ...body, id: '', createdAt: '', updatedAt: '' },
    { ...rest, address: { ...input.address, complement: null }, id: '', createdAt: '', updatedAt: '' },
  );
});

test('a doctor registers with specialties as CFM writes them', async () => {
  const input = aDoctor({
    specialties: ['CLINICA MEDICA', 'pediatria'],
    rqes: [{ specialty: 'clínica médica', number: '123' }],
    insurances: ['Unimed ', 'Amil', 'UNIMED'],
  });
  const { doctor } = await register(input);
  assert.deepEqual(doctor?.specialties, ['Clínica Médica', 'Pediatria']);
  assert.deepEqual(doctor?.rqes, [{ specialty: 'Clínica Médica', number: '123' }]);
  assert.deepEqual(doctor?.insurances, ['Unimed', 'Amil']);
  assert.deepEqual(doctor?.modes, ['in_person']);
  assert.deepEqual(doctor?.rating, { average: null, count: 0 });
  assert.equal(doctor?.verification, 'verified');
});

test('every required field is named when it is missing', async () => {
  for (const field of ['role', 'fullName', 'email', 'password', 'cpf', 'phone'] as const) {
    assert.deepEqual(await pointers(without(aPatient(), field)), [`/${field}`]);
  }
});

test('a patient need not say where they live; a doctor’s practice is somewhere', async () => {
  const { address } = await register(without(aPatient(), 'address') as RegisterUser);
  assert.equal(address, null);
  assert.equal((await register(aPatient({ address: null }))).address, null);
  for (const doctor of [without(aDoctor(), 'address'), aDoctor({}, { address: null })]) {
    const { status, errors } = await refusal({ ...doctor, birthDate: '1970-01-01' });
    assert.deepEqual(
      [status, errors.map(({ pointer, code }) => [pointer, code])],
      [400, [['/address', 'required']]],
    );
  }
});

test('a doctor says how to be addressed, or does not', async () => {
  assert.equal((await register(aDoctor({ honorific: 'dra' }))).doctor?.honorific, 'dra');
  assert.equal((await register(aDoctor())).doctor?.honorific, null);
  assert.deepEqual(await pointers(aDoctor({ honorific: 'prof' as 'dr' })), ['/doctor/honorific']);
});

test('unknown fields are refused, so that nobody makes themselves an administrator', async () => {
  assert.deepEqual(await pointers({ ...aPatient(), verification: 'verified' }), ['/verification']);
  assert.deepEqual(await pointers({ ...aPatient(), role: 'admin' }), ['/role']);
});

test('values that cannot be are refused, all at once', async () => {
  const bad = aPatient({ birthDate: '2999-01-01', cpf: '12345678900', password: 'Password123' });
  assert.deepEqual((await pointers(bad)).sort(), ['/birthDate', '/cpf', '/password']);
  assert.deepEqual(await pointers(aPatient({ birthDate: '1899-12-31' })), ['/birthDate']);
  assert.deepEqual(await pointers(aPatient({ cpf: '11111111111' })), ['/cpf']);
  assert.deepEqual(await pointers(aPatient({ password: 'short' })), ['/password']);
  assert.deepEqual(await pointers(aPatient({ email: 'nobody' })), ['/email']);
});

test('long passwords are taken whole', async () => {
  const password = `${'x'.repeat(199)}y`;
  const input = aPatient({ password });
  await register(input);
  const shorter = { identifier: input.email, password: password.slice(0, -1) };
  assert.equal((await call('POST', '/auth/login', { body: shorter })).status, 401);
  assert.equal((await call('POST', '/auth/login', { body: { ...shorter, password } })).status, 200);
});

test('doctors need a doctor object, are of age, and others have none', async () => {
  const doctor = aDoctor();
  assert.deepEqual(await pointers(without(doctor, 'doctor')), ['/doctor']);
  assert.deepEqual(await pointers({ ...doctor, role: 'patient' }), ['/doctor']);
  assert.deepEqual(await pointers({ ...doctor, birthDate: '2020-01-01' }), ['/birthDate']);
});

test('claims of specialties are checked', async () => {
  assert.deepEqual(await pointers(aDoctor({ specialties: ['Astrologia'] })), ['/doctor/specialties/0']);
  assert.deepEqual(await pointers(aDoctor({ specialties: ['Pediatria', 'PEDIATRIA'] })), [
    '/doctor/specialties',
  ]);
  assert.deepEqual(await pointers(aDoctor({ rqes: [{ specialty: 'Pediatria', number: '1' }] })), [
    '/doctor/rqes/0/specialty',
  ]);
  assert.deepEqual(await pointers(aDoctor({ crm: { number: '000', state: 'SP' } })), ['/doctor/crm/number']);
});

test('an e-mail, a CPF and a CRM belong to one account', async () => {
  const first = aDoctor();
  await register(first);
  const conflict = async (change: Partial<RegisterUser>) => (await refusal({ ...aDoctor(), ...change })).code;
  assert.equal(await conflict({ email: first.email.toUpperCase() }), 'email_taken');
  assert.equal(await conflict({ cpf: first.cpf }), 'cpf_taken');
  assert.ok(first.doctor);
  const crm = { number: `0${first.doctor.crm.number}`, state: first.doctor.crm.state };
  assert.equal(await conflict({ doctor: { ...first.doctor, crm } }), 'crm_taken');
  await register(aDoctor({ crm: { ...crm, state: 'AC' } }));
});

test('twenty registrations of one e-mail at once make one account', async () => {
  const { email } = aPatient();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call('POST', '/users', { body: aPatient({ email }) })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [
    201,
    ...Array.from({ length: 19 }, () => 409),
  ]);
});

test('a repeat with the same idempotency key gets the id alone, another request is refused', async () => {
  const input = aPatient();
  const headers = { 'idempotency-key': 'first-try' };
  const first = await call<User>('POST', '/users', { body: input, headers });
  const again = await call<User>('POST', '/users', { body: input, headers });
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.deepEqual(again.body, { id: first.body.id });
  assert.equal(again.headers.location, first.headers.location);
  const other = await call<Problem>('POST', '/users', { body: { ...input, fullName: 'Outra' }, headers });
  assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);
});

test('of repeats at once one gets the user, the others the id or 409', async () => {
  const input = aPatient();
  const headers = { 'idempotency-key': 'at-once' };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => call<User & Problem>('POST', '/users', { body: input, headers })),
  );
  const shown = answers.filter(({ body }) => body.cpf !== undefined);
  assert.deepEqual(
    shown.map(({ status }) => status),
    [201],
  );
  for (const { status, body } of answers.filter((each) => each !== shown[0])) {
    if (status === 201) assert.deepEqual(body, { id: shown[0]?.body.id });
    else assert.deepEqual([status, body.code], [409, 'idempotency_in_progress']);
  }
});

test('keys of different people do not meet: another e-mail or address is another scope', async () => {
  const headers = { 'idempotency-key': 'shared' };
  const input = aPatient();
  await call('POST', '/users', { body: input, headers, ip: '10.0.0.1' });
  const elsewhere = await call<Problem>('POST', '/users', { body: input, headers, ip: '10.0.0.2' });
  assert.deepEqual([elsewhere.status, elsewhere.body.code], [409, 'email_taken']);
  const neighbour = await call<User>('POST', '/users', { body: aPatient(), headers, ip: '10.0.0.1' });
  assert.equal(neighbour.status, 201);
  assert.ok(neighbour.body.cpf);
});

test('a refused registration leaves nothing behind, not even its key', async () => {
  const headers = { 'idempotency-key': 'second-try' };
  const { email } = await register(aPatient());
  const input = aPatient({ email });
  assert.equal((await call('POST', '/users', { body: input, headers })).status, 409);
  assert.equal(
    (await call('POST', '/users', { body: { ...input, email: `x${email}` }, headers })).status,
    201,
  );
});

test('a registered doctor is announced as bookable in the same transaction', async () => {
  const doctor = await register(aDoctor());
  const patient = await register(aPatient());
  const { rows } = await pool.query('SELECT topic FROM outbox WHERE key = ANY ($1)', [
    [doctor.id, patient.id],
  ]);
  assert.deepEqual(rows, [{ topic: 'doctor_bookability_changed' }]);
});

test('a doctor is of age from midnight in Brazil, not from midnight in UTC', async (t) => {
  t.after(() => {
    now = Temporal.Now.instant;
  });
  const input = { ...aDoctor(), birthDate: '2008-11-25' };
  now = () => Temporal.Instant.from('2026-11-25T02:59:00Z');
  assert.deepEqual(await pointers(input), ['/birthDate']);
  now = () => Temporal.Instant.from('2026-11-25T03:00:00Z');
  await register(input);
});

test('an e-mail with accents is accepted; however it is typed, it is one account', async () => {
  const { password, ...input } = aPatient({ email: 'João.Ávila@Clínica.com.br' });
  const user = await register({ ...input, password });
  assert.equal(user.email, 'joão.ávila@clínica.com.br');
  const spellings = [
    'joão.ávila@clínica.com.br',
    'JOÃO.ÁVILA@CLÍNICA.COM.BR',
    'joa\u0303o.a\u0301vila@cli\u0301nica.com.br',
    'João.Ávila@xn--clnica-4va.com.br',
  ];
  for (const email of spellings) {
    assert.equal((await refusal(aPatient({ email }))).code, 'email_taken', email);
    await signIn(` ${email} `, password);
  }
  await register(aPatient({ email: 'joao.avila@clinica.com.br' }));
});
