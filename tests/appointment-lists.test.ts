import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type { Appointment, FileAccess, MedicalReportHead, Problem } from '@consulta/contracts';
import { addFile, book, type Page, readAppointment, step } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
after(() => system.stop());
const { api } = system;

const doctor = await join(
  api,
  doctorInput({ fullName: 'Mariana Teixeira' }, { crm: { number: '778899', state: 'SP' }, honorific: 'dra' }),
);
const [patient, other] = await Promise.all([
  join(api, patientInput({ fullName: 'José Alves', socialName: 'Josefa Alves' })),
  join(api, patientInput()),
]);
const slots = await publishSlots(api, doctor, ['08:00', '09:00', '10:00', '11:00', '12:00']);
const booked: Appointment[] = [];
for (const { id } of slots.slice(0, 4)) booked.push(await book(api, patient, id));
const [first, second, third, fourth] = booked.map(({ id }) => id) as [string, string, string, string];
const others = await book(api, other, slots[4]?.id);
await step(api, doctor, second, 'confirm');
await step(api, patient, third, 'cancel', {});

const list = async (by: Person, query = '') =>
  api.expect<Page<Appointment>>(200, 'GET', `/appointments${query}`, { token: by.token });
const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);

test('a list shows several statuses, each named by a parameter of its own', async () => {
  const of = async (query: string) => idsOf(await list(patient, query));
  assert.deepEqual(await of('?status=confirmed&status=cancelled'), [second, third]);
  assert.deepEqual(await of('?status=confirmed'), [second]);
  assert.deepEqual(await of('?status=confirmed&status=confirmed'), [second]);
  for (const query of [
    '?status=confirmed&status=lost',
    '?status=lost',
    '?status=',
    '?status=confirmed,cancelled',
  ]) {
    const refused = await api.call<Problem>('GET', `/appointments${query}`, { token: patient.token });
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [400, '/status'], query);
    assert.equal(refused.body.errors?.[0]?.code, 'not_allowed');
  }
});

test('a list goes by the start of its appointments, either way, page by page', async () => {
  assert.deepEqual(idsOf(await list(patient)), [first, second, third, fourth]);
  assert.deepEqual(idsOf(await list(patient, '?order=asc')), [first, second, third, fourth]);
  assert.deepEqual(idsOf(await list(patient, '?order=desc')), [fourth, third, second, first]);
  const page = await list(patient, '?order=desc&limit=3');
  const rest = await list(patient, `?order=desc&limit=3&cursor=${page.nextCursor}`);
  assert.deepEqual([...idsOf(page), ...idsOf(rest)], [fourth, third, second, first]);
  assert.equal(rest.nextCursor, null);
  const refused = await api.call('GET', '/appointments?order=backwards', { token: patient.token });
  assert.equal(refused.status, 400);
});

test("a doctor lists one patient's, and a patient nobody else's", async () => {
  assert.deepEqual(idsOf(await list(doctor, `?patientId=${other.id}`)), [others.id]);
  assert.deepEqual(idsOf(await list(doctor, `?patientId=${other.id.toUpperCase()}`)), [others.id]);
  assert.deepEqual(idsOf(await list(doctor, `?patientId=${crypto.randomUUID()}`)), []);
  assert.deepEqual(idsOf(await list(patient, `?patientId=${other.id}`)), []);
});

test('an appointment says of its people what a page must show beside their names', async () => {
  for (const by of [patient, doctor]) {
    const shown = await readAppointment(api, by, first);
    assert.deepEqual(
      [shown.doctor.fullName, shown.doctor.honorific, shown.doctor.crm],
      ['Mariana Teixeira', 'dra', { number: '778899', state: 'SP' }],
    );
    assert.deepEqual(shown.patient, { id: patient.id, fullName: 'José Alves', socialName: 'Josefa Alves' });
    assert.deepEqual((await list(by)).items[0], shown);
  }
  assert.deepEqual(booked[0]?.doctor, (await readAppointment(api, patient, first)).doctor);
});

test('a patient sees with whom a file is shared by name, also when that is repeated', async () => {
  const file = await addFile(api, patient, second, pdf());
  const share = {
    token: patient.token,
    body: { doctorId: doctor.id, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    headers: { 'idempotency-key': 'mostrar' },
  };
  const path = `/files/${file.id}/accesses`;
  const granted = await api.expect<FileAccess>(201, 'POST', path, share);
  assert.deepEqual(granted.doctor, { id: doctor.id, fullName: 'Mariana Teixeira' });
  assert.deepEqual(await api.expect(201, 'POST', path, share), granted);
  assert.deepEqual((await api.expect<Page<FileAccess>>(200, 'GET', path, { token: patient.token })).items, [
    granted,
  ]);
});

test('reports are listed with their people, and the patient finds in their log who listed them', async () => {
  await api.expect(201, 'POST', `/appointments/${second}/medical-reports`, {
    token: doctor.token,
    body: { title: 'Laudo', body: 'Sem queixas.' },
  });
  for (const by of [patient, doctor]) {
    const { items } = await api.expect<Page<MedicalReportHead>>(200, 'GET', '/medical-reports', {
      token: by.token,
    });
    assert.equal(items.length, 1);
    const { id: _id, createdAt: _at, updatedAt: _then, ...head } = items[0] ?? assert.fail();
    assert.deepEqual(head, {
      ...{ appointmentId: second, title: 'Laudo', version: 1 },
      doctor: { id: doctor.id, fullName: 'Mariana Teixeira', crm: { number: '778899', state: 'SP' } },
      patient: { id: patient.id, fullName: 'José Alves', socialName: 'Josefa Alves' },
    });
  }
  const log = await api.expect<Page<{ actorId: string; action: string; resource: { kind: string } }>>(
    200,
    'GET',
    '/users/me/access-log',
    { token: patient.token },
  );
  const listings = log.items.filter(({ resource }) => resource.kind === 'medical_report_list');
  assert.deepEqual(
    listings.map(({ actorId, action }) => [actorId, action]),
    [
      [doctor.id, 'list'],
      [patient.id, 'list'],
    ],
  );
});

test('a doctor who changes how they are addressed is shown so beside their appointments', async () => {
  await api.expect(200, 'PATCH', '/users/me', { token: doctor.token, body: { doctor: { honorific: null } } });
  await eventually(async () => {
    assert.equal((await readAppointment(api, patient, first)).doctor.honorific, null);
  });
});
