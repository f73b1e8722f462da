import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AdminDoctor, Bookability, BookabilityPage, Problem, User } from '@consulta/contracts';
import type { Static } from 'typebox';
import { aDoctor, aPatient, signInAdministrator, startHarness } from '../../testing/harness.ts';

const harness = await startHarness({ verification: 'manual' });
const { call, callInternal, pool, register, signIn, stop } = harness;
after(stop);
const admin = await signInAdministrator(harness);

type Doctor = Static<typeof AdminDoctor>;
const step = (id: string, name: string, body?: unknown) =>
  call<Doctor & Problem>('POST', `/admin/doctors/${id}/${name}`, { token: admin, body });
const tryToSignIn = (identifier: string, password: string) =>
  call<Problem>('POST', '/auth/login', { body: { identifier, password } });
const bookable = async (id: string) => {
  const { body } = await callInternal<Bookability>('POST', '/internal/doctors/bookability', { ids: [id] });
  return body.doctors[0]?.bookable;
};
/** The topics of what was enqueued about somebody since the last look. */
const news = async (id: string) => {
  const { rows } = await pool.query<{ topic: string }>('DELETE FROM outbox WHERE key = $1 RETURNING topic', [
    id,
  ]);
  return rows.map(({ topic }) => topic).sort();
};

test('a doctor waits, is verified, suspended and reinstated, and others learn of it', async () => {
  const input = aDoctor();
  const { id } = await register(input);
  assert.deepEqual(await news(id), []);
  assert.equal(await bookable(id), false);

  const verified = await step(id, 'verify');
  assert.equal(verified.body.verification, 'verified');
  assert.equal(await bookable(id), true);
  assert.deepEqual(await news(id), ['doctor_bookability_changed', 'person_changed']);

  const suspended = await step(id, 'suspend', { reason: 'CRM inativo' });
  assert.equal(suspended.body.verification, 'suspended');
  assert.equal(suspended.body.suspensionReason, 'CRM inativo');
  assert.equal(await bookable(id), false);
  assert.deepEqual(await news(id), ['doctor_bookability_changed', 'person_changed']);
  assert.equal((await tryToSignIn(input.email, input.password)).body.code, 'account_suspended');

  const reinstated = await step(id, 'reinstate');
  assert.equal(reinstated.body.verification, 'verified');
  assert.equal(reinstated.body.suspensionReason, null);
  await signIn(input.email, input.password);
  assert.equal(await bookable(id), true);
});

test('who was suspended before being verified is reinstated to waiting', async () => {
  const { id } = await register(aDoctor());
  await step(id, 'suspend', { reason: 'x' });
  assert.equal((await step(id, 'reinstate')).body.verification, 'pending');
  assert.ok(!(await news(id)).includes('doctor_bookability_changed'));
});

test('steps that the state forbids are refused', async () => {
  const { id } = await register(aDoctor());
  assert.equal((await step(id, 'reinstate')).body.code, 'invalid_verification');
  await step(id, 'verify');
  assert.equal((await step(id, 'verify')).status, 409);
  await step(id, 'suspend', { reason: 'x' });
  assert.equal((await step(id, 'suspend', { reason: 'y' })).status, 409);
  assert.equal((await step(id, 'verify')).status, 409);
});

test('a suspension needs a reason, and a doctor', async () => {
  const { id } = await register(aDoctor());
  assert.equal((await step(id, 'suspend', {})).status, 400);
  const patient = await register(aPatient());
  assert.equal((await step(patient.id, 'verify')).status, 404);
});

test('only administrators administer', async () => {
  const input = aDoctor();
  const { id } = await register(input);
  const { accessToken } = await signIn(input.email, input.password);
  for (const name of ['verify', 'suspend', 'reinstate']) {
    const answer = await call('POST', `/admin/doctors/${id}/${name}`, {
      token: accessToken,
      ...(name === 'suspend' ? { body: { reason: 'x' } } : {}),
    });
    assert.equal(answer.status, 403);
  }
  assert.equal((await call('GET', '/admin/doctors', { token: accessToken })).status, 403);
  assert.equal((await call('GET', '/admin/doctors')).status, 401);
});

test('doctors are listed by verification, page by page', async () => {
  const waiting = [];
  for (let i = 0; i < 5; i += 1) waiting.push((await register(aDoctor())).id);
  const seen: Doctor[] = [];
  let cursor = '';
  do {
    const path = `/admin/doctors?verification=pending&limit=2${cursor && `&cursor=${cursor}`}`;
    const { body } = await call<{ items: Doctor[]; nextCursor: string | null }>('GET', path, {
      token: admin,
    });
    seen.push(...body.items);
    cursor = body.nextCursor ?? '';
  } while (cursor);
  assert.ok(seen.every(({ verification }) => verification === 'pending'));
  assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length);
  for (const id of waiting) assert.ok(seen.some((doctor) => doctor.id === id));
});

test('an administrator has an account without CPF and address', async () => {
  const { body } = await call<User>('GET', '/users/me', { token: admin });
  assert.equal(body.role, 'admin');
  assert.equal(body.cpf, null);
  assert.equal(body.address, null);
  assert.equal(body.doctor, undefined);
});

test('the full read of who may be booked goes on where it stopped', async () => {
  const seen = new Map<string, boolean>();
  let after: string | null = null;
  do {
    const path: string = `/internal/doctors/bookability?limit=3${after ? `&after=${after}` : ''}`;
    const { body } = await callInternal<Static<typeof BookabilityPage>>('GET', path);
    for (const { doctorId, bookable: can } of body.doctors) seen.set(doctorId, can);
    after = body.nextAfter;
  } while (after);
  const { rows } = await pool.query<{ user_id: string; can: boolean }>(
    "SELECT user_id, verification = 'verified' AS can FROM doctors",
  );
  assert.deepEqual([...seen].sort(), rows.map(({ user_id, can }) => [user_id, can]).sort());
});

test('a suspension ends every session; only who knows the password learns of it', async () => {
  const input = aDoctor();
  const { id } = await register(input);
  const sessions = [await signIn(input.email, input.password), await signIn(input.email, input.password)];
  await step(id, 'suspend', { reason: 'x' });
  for (const { accessToken, refreshToken } of sessions) {
    assert.equal((await call('GET', '/users/me', { token: accessToken })).status, 401);
    const refreshed = await call<Problem>('POST', '/auth/refresh', { body: { refreshToken } });
    assert.equal(refreshed.body.code, 'invalid_refresh_token');
  }
  const wrong = await tryToSignIn(input.email, 'not the password');
  const nobody = await tryToSignIn('nobody@example.com', input.password);
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.body, nobody.body);
  for (let i = 0; i < 12; i += 1) {
    const right = await tryToSignIn(input.email, input.password);
    assert.deepEqual([right.status, right.body.code], [403, 'account_suspended']);
  }
  await step(id, 'reinstate');
  const { accessToken } = await signIn(input.email, input.password);
  assert.equal((await call('GET', '/users/me', { token: accessToken })).status, 200);
});

test('however a sign-in and a suspension meet, no session is left', async () => {
  for (let round = 0; round < 10; round += 1) {
    const input = aDoctor();
    const { id } = await register(input);
    await Promise.all([
      ...Array.from({ length: 4 }, () => tryToSignIn(input.email, input.password)),
      step(id, 'suspend', { reason: 'x' }),
      ...Array.from({ length: 4 }, () => tryToSignIn(input.email, input.password)),
    ]);
    const open = await pool.query('SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [id]);
    assert.equal(open.rows.length, 0);
  }
});

const aVerifiedDoctor = async () => {
  const input = aDoctor({
    specialties: ['Cardiologia', 'Pediatria'],
    rqes: [{ specialty: 'Pediatria', number: '7' }],
  });
  const { id } = await register(input);
  const { body } = await step(id, 'verify');
  const { accessToken } = await signIn(input.email, input.password);
  await news(id);
  const change = (what: unknown) => call<User>('PATCH', '/users/me', { token: accessToken, body: what });
  return { id, input, revision: body.revision, change, token: accessToken };
};

test('a verified doctor who changes name, specialty or RQE waits again, and is neither found nor booked', async () => {
  for (const what of [
    { fullName: 'Outro Nome' },
    { socialName: 'Outro Nome' },
    { doctor: { specialties: ['Cardiologia'] } },
    { doctor: { specialties: ['Cardiologia', 'Pediatria', 'Neurologia'] } },
    { doctor: { rqes: [{ specialty: 'Cardiologia', number: '8' }] } },
    { doctor: { rqes: [] } },
  ]) {
    const { id, change, token } = await aVerifiedDoctor();
    const { body } = await change(what);
    assert.equal(body.doctor?.verification, 'pending', JSON.stringify(what));
    assert.equal(await bookable(id), false);
    assert.deepEqual(await news(id), ['doctor_bookability_changed', 'person_changed']);
    assert.equal((await call('GET', `/doctors/${id}`, { token })).status, 404);
    const waiting = await call<{ items: Doctor[] }>('GET', '/admin/doctors?verification=pending&limit=100', {
      token: admin,
    });
    assert.ok(waiting.body.items.some((each) => each.id === id));
    await step(id, 'suspend', { reason: 'x' });
    assert.equal((await step(id, 'reinstate')).body.verification, 'pending');
  }
});

test('what an administrator does not verify leaves a doctor verified, and so does what stays as it was', async () => {
  const { id, input, change } = await aVerifiedDoctor();
  for (const what of [
    { fullName: ` ${input.fullName} `, socialName: null },
    { phone: '+5511987654321', address: input.address },
    { doctor: { specialties: ['Pediatria', 'Cardiologia'], rqes: input.doctor?.rqes } },
    { doctor: { bio: 'Atendo em casa.', consultationPriceCents: 1, insurances: ['X'], modes: ['video'] } },
  ]) {
    const { status, body } = await change(what);
    assert.deepEqual([status, body.doctor?.verification], [200, 'verified'], JSON.stringify(what));
  }
  assert.deepEqual(await news(id), ['person_changed', 'person_changed', 'person_changed', 'person_changed']);
});

test('an administrator verifies the doctor they saw, not what became of them since', async () => {
  const { id, change, revision } = await aVerifiedDoctor();
  await change({ fullName: 'Outro Nome' });
  const verify = (seen: number) =>
    call<Doctor & Problem>('POST', `/admin/doctors/${id}/verify`, {
      token: admin,
      headers: { 'if-match': `"${seen}"` },
    });
  const stale = await verify(revision);
  assert.deepEqual([stale.status, stale.body.code], [412, 'stale_version']);
  const verified = await verify(revision + 1);
  assert.deepEqual([verified.status, verified.body.fullName], [200, 'Outro Nome']);
});
