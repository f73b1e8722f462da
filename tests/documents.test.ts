import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { jpeg, pdf, png, pngOfSize } from '@consulta/appointment/testing';
import type {
  AccessLogEntry,
  FileAccess,
  MedicalFile,
  MedicalReport,
  MedicalReportVersion,
} from '@consulta/contracts';
import type { CallOptions } from './support/api.ts';
import {
  addFile,
  book,
  conclude,
  databaseOf,
  type Page,
  type Refusal,
  readContent,
  sendFile,
  step,
} from './support/consultations.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
const { api } = system;
const appointments = await databaseOf(system.folder, 'appointments');
after(async () => {
  await appointments.end();
  await system.stop();
});

const [doctor, otherDoctor, patient, otherPatient] = await Promise.all([
  join(api, doctorInput({ fullName: 'Helena Prado' })),
  join(api, doctorInput()),
  join(api, patientInput({ fullName: 'João Café' })),
  join(api, patientInput()),
]);
const slots = await publishSlots(api, doctor, ['08:00', '09:00', '10:00', '11:00', '12:00', '13:00']);
let next = 0;
const newAppointment = () => {
  next += 1;
  return book(api, patient, slots[next - 1]?.id);
};

const refusalOf = (answer: { status: number; body: Refusal }) => [answer.status, answer.body.code];
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const grant = (by: Person, fileId: string, body: unknown) =>
  api.call<FileAccess & Refusal>('POST', `/files/${fileId}/accesses`, { token: by.token, body });
const get = (by: Person, path: string) => api.call<MedicalFile & Refusal>('GET', path, { token: by.token });
const listFiles = (by: Person, path: string) =>
  api.expect<Page<MedicalFile>>(200, 'GET', path, { token: by.token });

test('a PDF, a PNG and a JPEG come back byte for byte, told by their content', async () => {
  const { id } = await newAppointment();
  const samples = [
    [pdf(), 'application/pdf'],
    [png(), 'image/png'],
    [jpeg, 'image/jpeg'],
  ] as const;
  const files: MedicalFile[] = [];
  for (const [content, mediaType] of samples) {
    const response = await sendFile(api, patient, id, content, 'Exame de sangue.xyz');
    assert.equal(response.status, 201);
    const file = (await response.json()) as MedicalFile;
    assert.equal(response.headers.get('location'), `/api/v1/files/${file.id}`);
    assert.deepEqual(
      [file.appointmentId, file.mediaType, file.sizeBytes, file.sha256],
      [id, mediaType, content.length, createHash('sha256').update(content).digest('hex')],
    );
    const read = await readContent(api, patient, file.id);
    assert.equal(read.status, 200);
    assert.ok(read.bytes.equals(content));
    assert.equal(read.headers.get('content-type'), mediaType);
    assert.match(read.headers.get('content-disposition') ?? '', /^attachment/);
    assert.deepEqual(
      ['x-content-type-options', 'cache-control'].map((name) => read.headers.get(name)),
      ['nosniff', 'no-store'],
    );
    files.push(file);
  }
  const listed = await listFiles(patient, `/appointments/${id}/files`);
  assert.deepEqual(listed.items.map((file) => file.id).sort(), files.map((file) => file.id).sort());
  const own = await listFiles(patient, '/files?limit=2');
  const rest = await listFiles(patient, `/files?limit=2&cursor=${own.nextCursor}`);
  assert.equal(new Set([...own.items, ...rest.items].map((file) => file.id)).size, 3);
});

test('parts of a file are given as RFC 9110 asks', async () => {
  const { id } = await newAppointment();
  const content = png();
  const file = await addFile(api, patient, id, content);
  const part = await readContent(api, patient, file.id, { range: 'bytes=3-9' });
  assert.equal(part.status, 206);
  assert.ok(part.bytes.equals(content.subarray(3, 10)));
  assert.equal(part.headers.get('content-range'), `bytes 3-9/${content.length}`);
  const tail = await readContent(api, patient, file.id, { range: 'bytes=-4' });
  assert.ok(tail.bytes.equals(content.subarray(-4)));
  const beyond = await readContent(api, patient, file.id, { range: `bytes=${content.length}-` });
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers.get('content-range'), `bytes */${content.length}`);
});

test('what is no PDF, JPEG or PNG, is too large or goes to no appointment of one’s own is refused', async () => {
  const { id } = await newAppointment();
  const codeOf = async (response: Response) => [response.status, ((await response.json()) as Refusal).code];
  const text = Buffer.from('<html><script>alert(1)</script></html>');
  assert.deepEqual(await codeOf(await sendFile(api, patient, id, text, 'exame.pdf')), [
    415,
    'unsupported_media_type',
  ]);
  const huge = pngOfSize(9 * 1024 * 1024 + 1);
  assert.deepEqual(await codeOf(await sendFile(api, patient, id, huge)), [413, 'payload_too_large']);
  assert.deepEqual(await codeOf(await sendFile(api, otherPatient, id, png())), [404, 'not_found']);
  assert.deepEqual(await codeOf(await sendFile(api, doctor, id, png())), [403, 'forbidden']);
  assert.deepEqual((await listFiles(patient, `/appointments/${id}/files`)).items, []);
});

test('a doctor reads a file from the grant on until it is revoked or over, and nothing else of it', async () => {
  const { id } = await newAppointment();
  const [shared, kept] = [await addFile(api, patient, id, png()), await addFile(api, patient, id, pdf())];
  const inList = async (by: Person) =>
    (await listFiles(by, `/appointments/${id}/files`)).items.map((file) => file.id);

  assert.deepEqual(refusalOf(await get(doctor, `/files/${shared.id}`)), [404, 'not_found']);
  assert.deepEqual(await inList(doctor), []);
  const granted = await grant(patient, shared.id, { doctorId: doctor.id, expiresAt: inHours(1) });
  assert.equal(granted.status, 201);
  assert.deepEqual([granted.body.fileId, granted.body.doctorId], [shared.id, doctor.id]);

  const read = await readContent(api, doctor, shared.id);
  assert.ok(read.status === 200 && read.bytes.equals(png()));
  assert.deepEqual(await inList(doctor), [shared.id]);
  assert.equal((await get(doctor, `/files/${kept.id}`)).status, 404);
  assert.equal((await readContent(api, otherDoctor, shared.id)).status, 404);
  for (const [method, path] of [
    ['GET', '/files'],
    ['DELETE', `/files/${shared.id}`],
    ['GET', `/files/${shared.id}/accesses`],
    ['DELETE', `/files/${shared.id}/accesses/${granted.body.id}`],
  ] as const) {
    assert.equal((await api.call(method, path, { token: doctor.token })).status, 403, `${method} ${path}`);
  }

  const path = `/files/${shared.id}/accesses`;
  const { items } = await api.expect<Page<FileAccess>>(200, 'GET', path, { token: patient.token });
  assert.deepEqual(
    items.map((access) => access.id),
    [granted.body.id],
  );
  await api.expect(204, 'DELETE', `${path}/${granted.body.id}`, { token: patient.token });
  assert.equal((await readContent(api, doctor, shared.id)).status, 404);
  assert.equal(
    (await api.call('DELETE', `${path}/${granted.body.id}`, { token: patient.token })).status,
    404,
  );

  await grant(patient, shared.id, { doctorId: doctor.id, expiresAt: inHours(1) });
  assert.equal((await readContent(api, doctor, shared.id)).status, 200);
  await appointments.query(
    "UPDATE file_accesses SET expires_at = now() - interval '1 ms' WHERE file_id = $1",
    [shared.id],
  );
  assert.equal((await readContent(api, doctor, shared.id)).status, 404);
  assert.deepEqual(await inList(doctor), []);
});

test('a grant names a doctor and ends in the future, and is the owner’s to give', async () => {
  const { id } = await newAppointment();
  const file = await addFile(api, patient, id, png());
  const good = { doctorId: otherDoctor.id, expiresAt: inHours(1) };
  for (const body of [
    { ...good, expiresAt: inHours(-1) },
    { ...good, doctorId: otherPatient.id },
    { ...good, doctorId: crypto.randomUUID() },
    { ...good, expiresAt: 'amanhã' },
    { ...good, patientId: patient.id },
  ]) {
    assert.deepEqual(
      refusalOf(await grant(patient, file.id, body)),
      [400, 'bad_request'],
      JSON.stringify(body),
    );
  }
  assert.deepEqual(refusalOf(await grant(otherPatient, file.id, good)), [404, 'not_found']);
  assert.equal((await grant(patient, file.id, good)).status, 201);
  assert.equal((await readContent(api, otherDoctor, file.id)).status, 200);

  const deleted = (by: Person) => api.call('DELETE', `/files/${file.id}`, { token: by.token });
  assert.equal((await deleted(otherPatient)).status, 404);
  assert.equal((await deleted(patient)).status, 204);
  for (const by of [patient, otherDoctor]) assert.equal((await readContent(api, by, file.id)).status, 404);
});

const report = { title: 'Atestado', body: 'Repouso por três dias.', cid10: ['J45.0'] };

test('a report is issued once confirmed, corrected as a new version, and read by its two people', async () => {
  const { id } = await newAppointment();
  const base = `/appointments/${id}/medical-reports`;
  const call = <T = MedicalReport & Refusal>(by: Person, method: string, path = '', more: CallOptions = {}) =>
    api.call<T>(method, `${base}${path}`, { token: by.token, ...more });

  assert.deepEqual(refusalOf(await call(doctor, 'POST', '', { body: report })), [409, 'invalid_transition']);
  await step(api, doctor, id, 'confirm');
  const issued = await call(doctor, 'POST', '', { body: report });
  assert.equal(issued.status, 201);
  const { id: reportId } = issued.body;
  const etag = issued.headers.get('etag') ?? '';
  assert.deepEqual([issued.body.version, issued.body.reason, etag], [1, null, '"1"']);

  const correction = { ...report, body: 'Repouso por cinco dias.', reason: 'Prazo errado' };
  const correct = (by: Person, ifMatch?: string) =>
    call(by, 'PUT', `/${reportId}`, {
      body: correction,
      ...(ifMatch ? { headers: { 'if-match': ifMatch } } : {}),
    });
  assert.deepEqual(refusalOf(await correct(doctor, '"7"')), [412, 'stale_version']);
  assert.deepEqual(refusalOf(await correct(otherDoctor, etag)), [404, 'not_found']);
  assert.deepEqual(refusalOf(await correct(patient, etag)), [403, 'forbidden']);
  const corrected = await correct(doctor, etag);
  assert.deepEqual(
    [corrected.status, corrected.body.version, corrected.body.reason, corrected.headers.get('etag')],
    [200, 2, 'Prazo errado', '"2"'],
  );
  assert.deepEqual(refusalOf(await correct(doctor, etag)), [412, 'stale_version']);
  const lacking = await call(doctor, 'PUT', `/${reportId}`, { body: report });
  assert.equal(lacking.status, 400);

  for (const by of [doctor, patient]) {
    const read = await call(by, 'GET', `/${reportId}`);
    assert.equal(read.body.body, 'Repouso por cinco dias.');
    const versions = await call<Page<MedicalReportVersion>>(by, 'GET', `/${reportId}/versions`);
    assert.deepEqual(versions.body.items.map(({ version, body }) => [version, body]).sort(), [
      [1, 'Repouso por três dias.'],
      [2, 'Repouso por cinco dias.'],
    ]);
    const list = await call<Page<MedicalReport>>(by, 'GET');
    assert.deepEqual(
      list.body.items.map((each) => each.id),
      [reportId],
    );
    const response = await fetch(`${api.url}/api/v1${base}/${reportId}/pdf`, {
      headers: { authorization: `Bearer ${by.token}` },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/pdf']);
    assert.equal(bytes.subarray(0, 4).toString('latin1'), '%PDF');
    assert.ok(bytes.subarray(-8).toString('latin1').includes('%%EOF'));
  }
  for (const by of [otherDoctor, otherPatient]) {
    for (const path of ['', `/${reportId}`, `/${reportId}/versions`, `/${reportId}/pdf`]) {
      assert.equal((await call(by, 'GET', path)).status, 404, `GET ${path}`);
    }
  }
  assert.deepEqual(refusalOf(await call(otherDoctor, 'POST', '', { body: report })), [404, 'not_found']);
  assert.deepEqual(refusalOf(await call(patient, 'POST', '', { body: report })), [403, 'forbidden']);
  for (const [body, pointer] of [
    [{ ...report, cid10: ['asma'] }, '/cid10/0'],
    [{ ...report, title: ' ' }, '/title'],
    [{ ...report, signed: true }, '/signed'],
  ] as const) {
    const refused = await call<{ errors: { pointer: string }[] }>(doctor, 'POST', '', { body });
    assert.equal(refused.status, 400);
    assert.ok(refused.body.errors.some((fault) => fault.pointer === pointer));
  }
});

test('the patient sees in the access log who opened what', async () => {
  const own = await join(api, patientInput());
  const [slot] = await publishSlots(api, otherDoctor, ['08:00']);
  const { id } = await book(api, own, slot?.id, { note: 'Tenho asma' });
  const file = await addFile(api, own, id, png());
  await grant(own, file.id, { doctorId: otherDoctor.id, expiresAt: inHours(1) });
  await readContent(api, otherDoctor, file.id);
  await readContent(api, doctor, file.id);
  await api.expect(200, 'GET', '/appointments?limit=100', { token: otherDoctor.token });
  await conclude(api, otherDoctor, id);
  const log = await api.expect<Page<AccessLogEntry>>(200, 'GET', '/users/me/access-log?limit=100', {
    token: own.token,
  });
  const lines = log.items
    .toReversed()
    .map(({ actorRole, action, resource }) => `${actorRole} ${action} ${resource.kind}`);
  assert.deepEqual(lines, [
    'patient create note',
    'patient create file',
    'patient grant file',
    'doctor download file',
    'doctor read note',
    'doctor read note',
    'doctor read note',
    'doctor read note',
  ]);
  assert.ok(log.items.every(({ resource }) => resource.appointmentId === id));
  assert.ok(log.items.every(({ actorId }) => actorId !== doctor.id));
});
