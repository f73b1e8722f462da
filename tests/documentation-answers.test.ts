import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { MedicalReport } from '@consulta/contracts';
import { assertDescribed } from './support/conformance.ts';
import { book, step } from './support/consultations.ts';
import {
  daysAhead,
  doctorInput,
  join,
  type Person,
  password,
  patientInput,
  publishSlots,
} from './support/people.ts';
import { startSystem } from './support/system.ts';

type Media = { example: Record<string, unknown> };
type Document = {
  paths: Record<string, { post?: { requestBody?: { content: Record<string, Media> } } }>;
};

const system = await startSystem();
after(() => system.stop());
const { api } = system;
const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Document;
const exampleOf = (path: string) =>
  document.paths[path]?.post?.requestBody?.content['application/json']?.example ?? {};
const doctor = await join(api, doctorInput());
const patient = await join(api, patientInput());

/** Sends a request as it is, and fails unless the answer has this status and is as OpenAPI describes it. */
async function expectDescribed(status: number, method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(api.url + path, { method, ...init });
  assert.equal(response.status, status, `${method} ${path}`);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  await assertDescribed(api.url, method, path, response, isJson ? JSON.parse(text) : text);
}

const as = (by: Person, headers: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${by.token}`, ...headers },
});

async function confirmedAppointment() {
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const { id } = await book(api, patient, slot?.id);
  await step(api, doctor, id, 'confirm');
  return id;
}

test('pages, files and reports come as described, and so do their refusals', async () => {
  for (const path of ['/docs', '/docs/style.css', '/openapi.json', '/.well-known/jwks.json']) {
    await expectDescribed(200, 'GET', path);
  }
  const id = await confirmedAppointment();
  const files = `/api/v1/appointments/${id}/files`;
  const form = (content: string) => {
    const body = new FormData();
    body.set('file', new File([content], 'exame.pdf'));
    return { ...as(patient), body };
  };
  const pdf =
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
  await expectDescribed(201, 'POST', files, form(pdf));
  await expectDescribed(415, 'POST', files, form('isto não é um documento'));
  const { items } = await api.expect<{ items: { id: string }[] }>(200, 'GET', '/files', {
    token: patient.token,
  });
  const content = `/api/v1/files/${items[0]?.id}/content`;
  await expectDescribed(200, 'GET', content, as(patient));
  await expectDescribed(206, 'GET', content, as(patient, { range: 'bytes=0-3' }));
  await expectDescribed(416, 'GET', content, as(patient, { range: 'bytes=90000-' }));
  await expectDescribed(404, 'GET', content, as(doctor));
  await expectDescribed(401, 'GET', content);
  await expectDescribed(415, 'POST', `/api/v1/appointments/${id}/start`, {
    ...as(doctor, { 'content-type': 'text/plain' }),
    body: 'agora',
  });
  const report = await api.expect<MedicalReport>(201, 'POST', `/appointments/${id}/medical-reports`, {
    token: doctor.token,
    body: { title: 'Relatório', body: 'Paciente em acompanhamento.' },
  });
  const pdfPath = `/api/v1/appointments/${id}/medical-reports/${report.id}/pdf`;
  await expectDescribed(200, 'GET', pdfPath, as(patient));
});

test('a tag that is out of date is refused exactly where If-Match is described', async () => {
  const date = daysAhead(9);
  const body = { kind: 'date', date, times: ['09:00'], slotMinutes: 30, timeZone: 'America/Sao_Paulo' };
  const { id } = await api.expect<{ id: string }>(201, 'POST', '/schedules', { token: doctor.token, body });
  const stale = { token: doctor.token, headers: { 'if-match': '"41"' } };
  await api.expect(412, 'PUT', `/schedules/${id}`, { ...stale, body });
  await api.expect(412, 'DELETE', `/schedules/${id}`, stale);
});

test('conflicts are described where an account or a booking meets another', async () => {
  const { token } = patient;
  await api.expect(409, 'PATCH', '/users/me', { token, body: { email: doctor.email, password } });
  await api.expect(409, 'POST', '/users', { body: patientInput({ cpf: doctor.cpf }) });
  const [slot] = await publishSlots(api, doctor, ['14:00'], { date: daysAhead(11) });
  await book(api, patient, slot?.id);
  const rival = { token: (await join(api, patientInput())).token, headers: { prefer: 'wait=10' } };
  await api.expect(409, 'POST', '/appointments', { ...rival, body: { slotId: slot?.id } });
});

test('the examples can be sent as they are', async () => {
  const registered = exampleOf('/api/v1/users');
  await api.expect(201, 'POST', '/users', { body: registered });
  const credentials = exampleOf('/api/v1/auth/login');
  await api.expect(200, 'POST', '/auth/login', { body: credentials });
  const schedule = { ...exampleOf('/api/v1/schedules'), date: daysAhead(10) };
  await api.expect(201, 'POST', '/schedules', { token: doctor.token, body: schedule });
});
