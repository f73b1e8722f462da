import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type {
  AccessLogEntry,
  AdminDoctor,
  DoctorSummary,
  FileAccess,
  Review,
  User,
} from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { createAdministrator } from '@consulta/user';
import { startTarget, whileAttacking } from '../support/attack.ts';
import {
  addFile,
  book,
  conclude,
  type Page,
  type Refusal,
  readContent,
  step,
} from '../support/consultations.ts';
import { eventually } from '../support/eventually.ts';
import {
  doctorInput,
  freshEmail,
  join,
  type Person,
  password,
  patientInput,
  publishSlots,
  signIn,
} from '../support/people.ts';

/*
 * Rights that are beaten by speed, kept beyond their end, or read out of answers that are not about them. Limits per
 * minute are off, so that only what guards the rights themselves decides.
 */
const target = await startTarget({ environment: { RATE_LIMITS: 'off', DOCTOR_VERIFICATION: 'manual' } });
const { api } = target;
after(() => target.stop());

let admin = '';
before(async () => {
  const pool = openPool({ url: await target.databaseUrl('users'), connectionsMax: 1 });
  const account = { email: freshEmail('admin'), password, fullName: 'Marta Figueiredo' };
  await createAdministrator({ pool }, account);
  await pool.end();
  admin = (await signIn(api, account.email)).accessToken;
});
const administer = (doctor: Person, name: string, body?: unknown) =>
  api.expect<AdminDoctor>(200, 'POST', `/admin/doctors/${doctor.id}/${name}`, {
    token: admin,
    body,
  });
async function verifiedDoctor(more: Parameters<typeof doctorInput>[0] = {}): Promise<Person> {
  const doctor = await join(api, doctorInput(more));
  await administer(doctor, 'verify');
  return doctor;
}
const tryToSignIn = (identifier: string, secret: string) =>
  api.call<Refusal>('POST', '/auth/login', { body: { identifier, password: secret } });

suite('guessing', () => {
  test('a storm of sign-ins does not lock an owner out who has the right password', async () => {
    const owner = await join(api, patientInput());
    const { outcome } = await whileAttacking(target, 'a storm of sign-ins', async () => {
      const storm = Array.from({ length: 400 }, (_, i) =>
        tryToSignIn(`ninguem-${i}@example.com`, 'qualquer'),
      );
      const own: number[] = [];
      for (let i = 0; i < 15; i += 1) own.push((await tryToSignIn(owner.email, password)).status);
      return { own, strangers: await Promise.all(storm) };
    });
    const refusals = new Set(outcome.strangers.map(({ status }) => status));
    assert.ok(refusals.has(503), 'the storm was no storm');
    assert.deepEqual(
      [...refusals].filter((status) => status !== 401 && status !== 503),
      [],
    );
    assert.deepEqual(
      outcome.own.filter((status) => status !== 200 && status !== 503),
      [],
    );
    assert.equal((await tryToSignIn(owner.email, password)).status, 200);
  });

  test('of a hundred guesses at once by e-mail, CPF and CRM, the one that is right is not believed', async () => {
    const input = doctorInput();
    await join(api, input);
    const { crm } = input.doctor as { crm: { number: string; state: string } };
    const identifiers = [input.email, input.cpf, `${crm.number}-${crm.state}`];
    const wrong = Array.from({ length: 100 }, (_, i) =>
      tryToSignIn(identifiers[i % 3] ?? '', `palpite-${i}`),
    );
    await Promise.all(wrong);
    for (const identifier of identifiers) {
      const { status } = await tryToSignIn(identifier, password);
      assert.ok(status === 401 || status === 429, `${identifier} ${status}`);
    }
  });

  test('locking an e-mail tells nobody which CPF or CRM belongs to it', async () => {
    const input = doctorInput();
    await join(api, input);
    const other = await join(api, patientInput());
    const { crm } = input.doctor as { crm: { number: string; state: string } };
    for (let i = 0; i < 11; i += 1) await tryToSignIn(input.email, 'palpite');
    assert.equal((await tryToSignIn(input.email, password)).status, 429);
    const told = async (identifier: string) => {
      const { status, body, headers } = await tryToSignIn(identifier, 'palpite');
      return { status, body, retryAfter: headers.get('retry-after') };
    };
    const nobody = await told('52998224725');
    assert.equal(nobody.status, 401);
    for (const each of [input.cpf, `${crm.number}-${crm.state}`, other.cpf, other.email]) {
      assert.deepEqual(await told(each), nobody);
    }
  });
});

suite('what was verified is what is acted on', () => {
  test('sign-ins under way with the old password do not survive its change', async () => {
    const owner = await join(api, patientInput());
    const own = await signIn(api, owner.email);
    const newPassword = 'ipê-roxo-florido-77';
    const thieves = Array.from({ length: 8 }, () =>
      api.call<{ accessToken: string; refreshToken: string }>('POST', '/auth/login', {
        body: { identifier: owner.email, password },
      }),
    );
    await eventually(async () => {
      const changed = await api.call('PUT', '/users/me/password', {
        token: own.accessToken,
        body: { password, newPassword },
      });
      assert.equal(changed.status, 204);
    });
    for (const { status, body } of await Promise.all(thieves)) {
      if (status !== 200) continue;
      assert.equal((await api.call('GET', '/users/me', { token: body.accessToken })).status, 401);
      const refreshed = await api.call('POST', '/auth/refresh', {
        body: { refreshToken: body.refreshToken },
      });
      assert.equal(refreshed.status, 401);
    }
    await api.expect(200, 'GET', '/users/me', { token: own.accessToken });
  });

  test('who found an open session cannot take the account over by its e-mail', async () => {
    const { token, email } = await join(api, patientInput());
    const take = (more: object) =>
      api.call<Refusal>('PATCH', '/users/me', { token, body: { email: `ladrao-${email}`, ...more } });
    assert.equal((await take({})).status, 400);
    for (let i = 0; i < 10; i += 1) assert.equal((await take({ password: `palpite-${i}` })).status, 401);
    assert.deepEqual((await take({ password })).body.code, 'too_many_attempts');
    const { email: still } = await api.expect<User>(200, 'GET', '/users/me', { token });
    assert.equal(still, email);
  });

  test('a verified doctor cannot become somebody else: the name waits for verification, and is not found', async () => {
    const doctor = await verifiedDoctor({ fullName: 'Ludmila Ferraz Quintão' });
    const patient = await join(api, patientInput());
    const found = async (name: string) =>
      (await api.expect<Page<DoctorSummary>>(200, 'GET', `/doctors?name=${name}`, { token: patient.token }))
        .items;
    await eventually(async () => assert.equal((await found('Ludmila Ferraz')).length, 1));
    const { revision } =
      (
        await api.expect<Page<AdminDoctor>>(200, 'GET', '/admin/doctors?limit=100', {
          token: admin,
        })
      ).items.find(({ id }) => id === doctor.id) ?? assert.fail('the doctor is not listed');
    const renamed = await api.expect<User>(200, 'PATCH', '/users/me', {
      token: doctor.token,
      body: { fullName: 'Adib Jatene Zerbini' },
    });
    assert.equal(renamed.doctor?.verification, 'pending');
    await eventually(async () => {
      assert.deepEqual(await found('Ludmila Ferraz'), []);
      assert.deepEqual(await found('Adib Jatene'), []);
    });
    assert.equal((await api.call('GET', `/doctors/${doctor.id}`, { token: patient.token })).status, 404);
    const stale = await api.call<Refusal>('POST', `/admin/doctors/${doctor.id}/verify`, {
      token: admin,
      headers: { 'if-match': `"${revision}"` },
    });
    assert.deepEqual([stale.status, stale.body.code], [412, 'stale_version']);
    await administer(doctor, 'verify');
    await eventually(async () => assert.equal((await found('Adib Jatene')).length, 1));
  });
});

suite('a suspended doctor', () => {
  test('reads, issues and signs in no more, and nothing is left open', async () => {
    const doctor = await verifiedDoctor();
    const patient = await join(api, patientInput());
    const [slot] = await publishSlots(api, doctor, ['09:00']);
    const { id } = await book(api, patient, slot?.id);
    await step(api, doctor, id, 'confirm');
    const file = await addFile(api, patient, id, pdf());
    const grant = () =>
      api.call<FileAccess & Refusal>('POST', `/files/${file.id}/accesses`, {
        token: patient.token,
        body: { doctorId: doctor.id, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
      });
    assert.equal((await grant()).status, 201);
    assert.equal((await readContent(api, doctor, file.id)).status, 200);
    const tokens = await signIn(api, doctor.email);
    const stream = await fetch(`${api.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${tokens.accessToken}` },
    });

    await administer(doctor, 'suspend', { reason: 'Registro cassado' });

    // The stream ends by itself, or this waits for ever.
    await stream.text();
    for (const token of [doctor.token, tokens.accessToken]) {
      const by = { ...doctor, token };
      assert.equal((await readContent(api, by, file.id)).status, 401);
      const report = { title: 'Atestado', body: 'Repouso.' };
      const issued = await api.call('POST', `/appointments/${id}/medical-reports`, { token, body: report });
      assert.equal(issued.status, 401);
    }
    const refreshed = await api.call('POST', '/auth/refresh', {
      body: { refreshToken: tokens.refreshToken },
    });
    assert.equal(refreshed.status, 401);
    const right = await tryToSignIn(doctor.email, password);
    assert.deepEqual([right.status, right.body.code], [403, 'account_suspended']);
    const wrong = await tryToSignIn(doctor.email, 'palpite');
    assert.deepEqual([wrong.status, wrong.body.code], [401, 'invalid_credentials']);
    await eventually(async () => assert.equal((await grant()).status, 400));

    await administer(doctor, 'reinstate');
    const back = await signIn(api, doctor.email);
    assert.equal((await readContent(api, { ...doctor, token: back.accessToken }, file.id)).status, 200);
  });
});

suite('what is not about you', () => {
  test('whoever reads reviews stays unknown to who wrote them', async () => {
    const doctor = await verifiedDoctor();
    const writer = await join(api, patientInput());
    const [slot] = await publishSlots(api, doctor, ['09:00']);
    const { id } = await book(api, writer, slot?.id);
    await conclude(api, doctor, id);
    await api.expect(202, 'POST', `/appointments/${id}/feedbacks`, {
      token: writer.token,
      body: { rating: 2, comment: 'Atrasou uma hora' },
    });
    const readers = await Promise.all([
      join(api, patientInput({ fullName: 'Iolanda Reader Tavares' })),
      join(api, doctorInput({ fullName: 'Iolanda Reader Tavares' })),
    ]);
    for (const { token } of readers) {
      await eventually(async () => {
        const path = `/doctors/${doctor.id}/reviews`;
        assert.equal((await api.expect<Page<Review>>(200, 'GET', path, { token })).items.length, 1);
      });
    }
    const log = await api.expect<Page<AccessLogEntry>>(200, 'GET', '/users/me/access-log?limit=100', {
      token: writer.token,
    });
    assert.ok(log.items.length > 0);
    assert.ok(!JSON.stringify(log).includes('Iolanda'));
    for (const reader of readers) assert.ok(!JSON.stringify(log).includes(reader.id));
  });

  test('a registration repeated with its key shows nothing but the id', async () => {
    const input = patientInput({ fullName: 'Zenaide Prudente' });
    const register = () =>
      api.call<User>('POST', '/users', { body: input, headers: { 'idempotency-key': 'cadastro-1' } });
    const first = await register();
    assert.equal(first.status, 201);
    const again = await register();
    assert.equal(again.status, 201);
    assert.deepEqual(again.body, { id: first.body.id });
    assert.equal(again.headers.get('location'), first.headers.get('location'));
    const otherEmail = await api.call<Refusal>('POST', '/users', {
      body: { ...input, email: `outro-${input.email}` },
      headers: { 'idempotency-key': 'cadastro-1' },
    });
    assert.deepEqual([otherEmail.status, otherEmail.body.code], [409, 'cpf_taken']);
  });
});
