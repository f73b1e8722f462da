import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type { Appointment, Feedback, MedicalReport, OpenSlot, Review, User } from '@consulta/contracts';
import { apiAt } from './support/api.ts';
import {
  addFile,
  book,
  conclude,
  databaseOf,
  type Page,
  readAppointment,
  readContent,
  step,
} from './support/consultations.ts';
import { followEvents } from './support/event-stream.ts';
import { eventually } from './support/eventually.ts';
import { everythingKept, placesOf } from './support/kept-data.ts';
import {
  daysAhead,
  doctorInput,
  join,
  type Person,
  password,
  patientInput,
  publishSlots,
} from './support/people.ts';
import { removeFolder, startServer } from './support/server-process.ts';

/*
 * What is left of a patient and of a doctor who deleted their account, everywhere and for everyone.
 */

const server = await startServer({ environment: { LOG_LEVEL: 'trace' } });
const api = apiAt(server.url);
const appointments = await databaseOf(server.folder, 'appointments');
after(async () => {
  await appointments.end();
  await server.kill('node and postgres').catch(() => {});
  await removeFolder(server.folder);
});

const leave = (person: Person) =>
  api.expect(204, 'DELETE', '/users/me', { token: person.token, body: { password } });
const erased = (person: Person) =>
  eventually(async () => {
    const { rows } = await appointments.query('SELECT erased_at FROM erasures WHERE person_id = $1', [
      person.id,
    ]);
    assert.ok(rows[0]?.erased_at);
  }, 50_000);
const openSlotIds = async (doctor: Person, reader: Person) => {
  const path = `/doctors/${doctor.id}/slots?limit=100&to=${daysAhead(20)}T00:00:00Z`;
  const { items } = await api.expect<Page<OpenSlot>>(200, 'GET', path, { token: reader.token });
  return items.map(({ id }) => id);
};
const reportOf = (by: Person, appointmentId: string, reportId: string) =>
  api.expect<MedicalReport>(200, 'GET', `/appointments/${appointmentId}/medical-reports/${reportId}`, {
    token: by.token,
  });
const issue = (by: Person, id: string) =>
  api.expect<MedicalReport>(201, 'POST', `/appointments/${id}/medical-reports`, {
    token: by.token,
    body: { title: 'Atestado', body: 'Repouso por dois dias.' },
  });

test('a patient who left is nowhere, but in issued reports', async () => {
  const input = patientInput({
    fullName: 'Quitéria Vasconcelos',
    socialName: 'Quim Vasconcelos',
    phone: '+5568999887766',
    address: {
      street: 'Travessa dos Ipês-Amarelos',
      number: '7731',
      neighborhood: 'Bosque das Acácias',
      city: 'Epitaciolândia',
      state: 'AC',
      postalCode: '69934123',
    },
  });
  const [patient, doctor, other] = [
    await join(api, input),
    await join(api, doctorInput()),
    await join(api, patientInput()),
  ];
  const slots = await publishSlots(api, doctor, ['08:00', '09:00', '10:00', '11:00', '13:00', '14:00']);
  const take = (at: number, note?: string) => book(api, patient, slots[at]?.id, note ? { note } : {});
  const past = await take(0, 'Quitéria toma varfarina');
  await conclude(api, doctor, past.id);
  const file = await addFile(api, patient, past.id, pdf());
  await api.expect(201, 'POST', `/files/${file.id}/accesses`, {
    token: patient.token,
    body: { doctorId: doctor.id, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  const report = await issue(doctor, past.id);
  const feedback = await api.expect<Feedback>(202, 'POST', `/appointments/${past.id}/feedbacks`, {
    token: patient.token,
    body: { rating: 4, comment: 'Assinado: Quitéria' },
  });
  const [confirmed, awaiting, cancelled, declined] = [
    await take(1, 'Vasconcelos, retorno'),
    await take(2),
    await take(3),
    await take(4),
  ];
  await step(api, doctor, confirmed.id, 'confirm');
  await step(api, patient, cancelled.id, 'cancel', { reason: 'A Quitéria viaja' });
  await step(api, doctor, declined.id, 'decline', { reason: 'Sra. Vasconcelos, ligue antes' });
  // What a refusal quotes, and what a list remembers.
  await api.expect(409, 'POST', '/users', { body: { ...input, cpf: patientInput().cpf } });
  await api.expect(409, 'POST', '/users', { body: { ...input, email: 'outro@example.com' } });
  const nameSeen = async () => (await readAppointment(api, doctor, past.id)).patient.fullName;
  assert.equal(await nameSeen(), 'Quitéria Vasconcelos');
  await eventually(async () => {
    const { items } = await api.expect<Page<Review>>(200, 'GET', `/doctors/${doctor.id}/reviews`, {
      token: other.token,
    });
    assert.equal(items.length, 1);
  });
  const words = [
    ...['Quitéria', 'Vasconcelos', input.email, input.cpf, '+5568999887766', '68999887766'],
    ...['Ipês-Amarelos', 'Bosque das Acácias', 'Epitaciolândia', '69934123', 'varfarina'],
  ];
  const before = placesOf(words, await everythingKept(server.folder));
  for (const word of words)
    assert.ok(
      before.some((place) => place.includes(word)),
      `${word} is found before`,
    );
  const trailBefore = await trailOf(patient);

  const stream = await followEvents(server.url, patient.token);
  await leave(patient);
  await eventually(async () => {
    for (const path of ['/users/me', '/appointments', '/users/me/booking-settings']) {
      assert.equal((await api.call('GET', path, { token: patient.token })).status, 401, path);
    }
  }, 10_000);
  await stream.finished;
  await erased(patient);

  assert.equal(await nameSeen(), 'Conta removida');
  for (const { id } of [confirmed, awaiting]) {
    const seen = await readAppointment(api, doctor, id);
    assert.deepEqual(
      [seen.status, seen.cancelledBy, seen.statusReason, seen.note],
      ['cancelled', 'patient', 'account_removed', null],
    );
  }
  await eventually(async () => {
    const open = await openSlotIds(doctor, other);
    for (const at of [1, 2, 3, 4, 5])
      assert.ok(open.includes(slots[at]?.id ?? ''), `slot ${at} is open again`);
  });
  await book(api, other, slots[1]?.id);
  const { items } = await api.expect<Page<Review>>(200, 'GET', `/doctors/${doctor.id}/reviews`, {
    token: other.token,
  });
  assert.deepEqual(
    items.map(({ id, rating, comment }) => [id, rating, comment]),
    [[feedback.id, 4, null]],
  );
  const profile = await api.expect<{ rating: { count: number } }>(200, 'GET', `/doctors/${doctor.id}`, {
    token: other.token,
  });
  assert.equal(profile.rating.count, 1);
  assert.equal((await readContent(api, doctor, file.id)).status, 404);
  assert.equal((await reportOf(doctor, past.id, report.id)).body, 'Repouso por dois dias.');
  const printed = await fetch(
    `${server.url}/api/v1/appointments/${past.id}/medical-reports/${report.id}/pdf`,
    {
      headers: { authorization: `Bearer ${doctor.token}` },
    },
  );
  assert.equal(printed.status, 200);
  await printed.arrayBuffer();

  const kept = await everythingKept(server.folder);
  kept.set('log', server.output() + server.errors());
  assert.deepEqual(placesOf(words, kept), []);
  assert.deepEqual((await trailOf(patient)).slice(0, trailBefore.length), trailBefore);
  const deletions = (await trailOf(patient)).filter(({ action }) => action === 'delete');
  assert.deepEqual(deletions.map(({ kind }) => kind).sort(), ['feedback', 'file', 'note', 'note']);

  const again = await api.expect<User>(201, 'POST', '/users', { body: input });
  assert.notEqual(again.id, patient.id);
  const back = await api.expect<{ accessToken: string }>(200, 'POST', '/auth/login', {
    body: { identifier: input.cpf, password },
  });
  const own = await api.expect<Page<Appointment>>(200, 'GET', '/appointments', { token: back.accessToken });
  assert.deepEqual(own.items, []);
});

const trailOf = async ({ id }: Person) =>
  (
    await appointments.query<{ id: number; action: string; kind: string }>(
      'SELECT id, action, resource_kind AS kind FROM audit_entries WHERE patient_id = $1 ORDER BY id',
      [id],
    )
  ).rows;

test('of a doctor who left nothing can be booked or found, and their reports stay', async () => {
  const input = doctorInput({ fullName: 'Tarcísio Brandalise' });
  const [doctor, patient] = [await join(api, input), await join(api, patientInput())];
  const slots = await publishSlots(api, doctor, ['08:00', '09:00', '10:00']);
  await api.expect(201, 'POST', '/schedules', {
    token: doctor.token,
    body: {
      ...{ kind: 'weekly', weekdays: ['monday', 'tuesday'], startTime: '08:00', endTime: '12:00' },
      ...{ slotMinutes: 30, timeZone: 'America/Sao_Paulo', validFrom: daysAhead(7) },
    },
  });
  const past = await book(api, patient, slots[0]?.id);
  await conclude(api, doctor, past.id);
  const report = await issue(doctor, past.id);
  const file = await addFile(api, patient, past.id, pdf());
  await api.expect(201, 'POST', `/files/${file.id}/accesses`, {
    token: patient.token,
    body: { doctorId: doctor.id, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  const ahead = await book(api, patient, slots[1]?.id);
  await step(api, doctor, ahead.id, 'confirm');
  const doctorSeen = async () => (await readAppointment(api, patient, past.id)).doctor;
  assert.equal((await doctorSeen()).fullName, 'Tarcísio Brandalise');
  await readContent(api, doctor, file.id);

  await leave(doctor);
  await eventually(async () => {
    assert.equal((await api.call('GET', '/schedules', { token: doctor.token })).status, 401);
  }, 10_000);
  await erased(doctor);

  assert.deepEqual(
    [(await doctorSeen()).fullName, (await doctorSeen()).specialties, (await doctorSeen()).address],
    ['Conta removida', [], null],
  );
  const seen = await readAppointment(api, patient, ahead.id);
  assert.deepEqual(
    [seen.status, seen.cancelledBy, seen.statusReason],
    ['cancelled', 'doctor', 'account_removed'],
  );
  await eventually(async () => {
    const found = await api.expect<{ items: unknown[] }>(200, 'GET', '/doctors?name=Brandalise', {
      token: patient.token,
    });
    assert.deepEqual(found.items, []);
    assert.equal((await api.call('GET', `/doctors/${doctor.id}`, { token: patient.token })).status, 404);
    const schedules = await databaseOf(server.folder, 'schedules');
    const { rows } = await schedules.query(
      'SELECT (SELECT count(*) FROM schedules WHERE doctor_id = $1 AND deleted_at IS NULL) AS open, ' +
        '(SELECT count(*) FROM open_slots WHERE doctor_id = $1) AS offered',
      [doctor.id],
    );
    await schedules.end();
    assert.deepEqual(rows, [{ open: 0, offered: 0 }]);
  });
  assert.equal((await reportOf(patient, past.id, report.id)).body, 'Repouso por dois dias.');
  const log = await api.expect<Page<{ actorId: string; actorName: string }>>(
    200,
    'GET',
    '/users/me/access-log',
    {
      token: patient.token,
    },
  );
  const names = log.items.filter(({ actorId }) => actorId === doctor.id).map(({ actorName }) => actorName);
  assert.deepEqual([...new Set(names)], ['Conta removida']);
  const grants = await api.expect<Page<unknown>>(200, 'GET', `/files/${file.id}/accesses`, {
    token: patient.token,
  });
  assert.deepEqual(grants.items, []);
  assert.deepEqual(placesOf(['Brandalise', input.email, input.cpf], await everythingKept(server.folder)), []);
  await api.expect(201, 'POST', '/users', { body: input });
});
