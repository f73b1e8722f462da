import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { after, suite, test } from 'node:test';
import type {
  MedicalReport,
  MedicalReportHead,
  MedicalReportVersion,
  ReportIdentities,
} from '@consulta/contracts';
import { openKeyRingFile, rotateKeyFile } from '@consulta/platform/embedded';
import { KeyMissing, rewrap } from '@consulta/platform/encryption';
import { createLog } from '@consulta/platform/process';
import type { InjectOptions } from 'fastify';
import {
  appWith,
  bookAppointment,
  callAs,
  directoryOf,
  newPerson,
  openWorkplace,
  type Person,
} from '../../../testing/documents-app.ts';
import { reportContext } from './report-content.ts';
import { reportPrinter } from './report-printer.ts';
import { medicalReportRoutes } from './routes.ts';

const workplace = await openWorkplace();
const { pool, db, keyRing } = workplace;
const [patient, otherPatient, doctor, otherDoctor, admin] = [
  newPerson('patient'),
  newPerson('patient'),
  newPerson('doctor'),
  newPerson('doctor'),
  newPerson('admin'),
];
const address = {
  street: 'Rua das Acácias',
  number: '120',
  complement: 'sala 4',
  neighborhood: 'Centro',
  city: 'Rio Branco',
  state: 'AC',
  postalCode: '69900000',
} as const;
const identities: ReportIdentities = {
  doctor: {
    fullName: 'Ana Beatriz Conceição',
    crm: { number: '123456', state: 'AC' },
    rqes: [{ specialty: 'Cardiologia', number: '9876' }],
    address,
  },
  patient: { fullName: 'João da Silva', socialName: null, cpf: '52998224725' },
};
let described: ReportIdentities | undefined = identities;
const log = createLog('silent');
const printer = reportPrinter(log);
const app = await appWith(
  medicalReportRoutes({
    ...{ db, keyRing, log, print: printer.print },
    findPerson: directoryOf(patient, doctor),
    describeForReport: async () => described,
  }),
);
after(async () => {
  await app.close();
  await printer.close();
  await workplace.close();
});
const appointment = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });

const input = {
  title: 'Atestado médico',
  body: 'Repouso por 3 dias.\n\nRetorno em 15 dias.',
  cid10: ['J45.0', 'F32'],
};
const call = (
  by: Person,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
  path = '',
  more: InjectOptions = {},
) => callAs(app, by, { method, url: `/appointments/${appointment}/medical-reports${path}`, ...more });
async function issue(payload: object = input): Promise<MedicalReport> {
  const response = await call(doctor, 'POST', '', { payload });
  assert.equal(response.statusCode, 201, response.body);
  return response.json<MedicalReport>();
}
const trail = async (resourceId: string) => {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT concat_ws(' ', actor_role, action, outcome) AS line FROM audit_entries WHERE resource_id = $1 ORDER BY id`,
    [resourceId],
  );
  return rows.map(({ line }) => line);
};

suite('issuing', () => {
  test('answers the report, which both of its people read', async () => {
    const response = await call(doctor, 'POST', '', { payload: input });
    assert.equal(response.statusCode, 201);
    assert.equal(response.headers.etag, '"1"');
    const report = response.json<MedicalReport>();
    assert.equal(
      response.headers.location,
      `/api/v1/appointments/${appointment}/medical-reports/${report.id}`,
    );
    const { id, createdAt, updatedAt, ...rest } = report;
    assert.deepEqual(rest, {
      ...input,
      appointmentId: appointment,
      doctorId: doctor.id,
      patientId: patient.id,
      version: 1,
      reason: null,
    });
    assert.equal(createdAt, updatedAt);
    for (const by of [doctor, patient]) {
      const read = await call(by, 'GET', `/${id}`);
      assert.deepEqual([read.statusCode, read.headers.etag, read.json()], [200, '"1"', report]);
    }
  });

  test('is for the appointment’s doctor only, once it is confirmed', async () => {
    assert.equal((await call(patient, 'POST', '', { payload: input })).statusCode, 403);
    assert.equal((await call(admin, 'POST', '', { payload: input })).statusCode, 403);
    assert.equal((await call(otherDoctor, 'POST', '', { payload: input })).statusCode, 404);
    const codes: Record<string, number> = {
      requested: 409,
      awaiting_confirmation: 409,
      rejected: 409,
      declined: 409,
      cancelled: 409,
      replaced: 409,
      no_show: 409,
      confirmed: 201,
      in_progress: 201,
      concluded: 201,
    };
    for (const [status, code] of Object.entries(codes)) {
      const id = await bookAppointment(pool, { patient, doctor, status });
      const url = `/appointments/${id}/medical-reports`;
      const response = await callAs(app, doctor, { method: 'POST', url, payload: input });
      assert.equal(response.statusCode, code, status);
      if (code === 409) assert.equal(response.json().code, 'invalid_transition');
    }
  });

  test('names what is wrong with the input', async () => {
    const faults: [object, string][] = [
      [{ ...input, title: ' ' }, '/title'],
      [{ ...input, body: '' }, '/body'],
      [{ ...input, body: 'x'.repeat(20_001) }, '/body'],
      [{ title: 'x' }, '/body'],
      [{ ...input, cid10: ['45.0'] }, '/cid10/0'],
      [{ ...input, cid10: ['J45', 'j45'] }, '/cid10/1'],
      [{ ...input, cid10: ['J45.'] }, '/cid10/0'],
      [{ ...input, cid10: ['J45.000'] }, '/cid10/0'],
      [{ ...input, cid10: ['J45', 'J45'] }, '/cid10'],
      [{ ...input, version: 7 }, '/version'],
    ];
    for (const [payload, pointer] of faults) {
      const response = await call(doctor, 'POST', '', { payload });
      assert.deepEqual([response.statusCode, response.json().errors?.[0]?.pointer], [400, pointer]);
    }
  });

  test('twice with one idempotency key issues one report', async () => {
    const headers = { 'idempotency-key': 'report-1' };
    const first = await call(doctor, 'POST', '', { payload: input, headers });
    const again = await call(doctor, 'POST', '', { payload: input, headers });
    assert.deepEqual([again.statusCode, again.json()], [201, first.json()]);
    const other = await call(doctor, 'POST', '', { payload: { ...input, title: 'x' }, headers });
    assert.equal(other.statusCode, 422);
  });

  test('needs both people; a correction keeps them as they were', async () => {
    const report = await issue();
    described = undefined;
    assert.equal((await call(doctor, 'POST', '', { payload: input })).statusCode, 409);
    const payload = { ...input, reason: 'x' };
    assert.equal((await call(doctor, 'PUT', `/${report.id}`, { payload })).statusCode, 200);
    assert.equal((await call(doctor, 'GET', `/${report.id}/pdf`)).statusCode, 200);
    described = identities;
  });
});

suite('reading', () => {
  test('is for the appointment’s doctor and patient', async () => {
    const { id } = await issue();
    for (const path of ['', `/${id}`, `/${id}/versions`, `/${id}/pdf`]) {
      const codes = [];
      for (const by of [doctor, patient, otherDoctor, otherPatient, admin]) {
        codes.push((await call(by, 'GET', path)).statusCode);
      }
      assert.deepEqual(codes, [200, 200, 404, 404, 403], path);
    }
    const elsewhere = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });
    const wrong = await callAs(app, doctor, {
      method: 'GET',
      url: `/appointments/${elsewhere}/medical-reports/${id}`,
    });
    assert.equal(wrong.statusCode, 404);
    assert.equal((await call(doctor, 'GET', `/${crypto.randomUUID()}`)).statusCode, 404);
  });

  test('lists page by page, newest first', async () => {
    const id = await bookAppointment(pool, { patient, doctor, status: 'concluded' });
    const url = `/appointments/${id}/medical-reports`;
    const list = async (query = '') =>
      (await callAs(app, patient, { method: 'GET', url: url + query })).json();
    assert.deepEqual(await list(), { items: [], nextCursor: null });
    const issued: MedicalReport[] = [];
    for (const title of ['a', 'b', 'c']) {
      issued.unshift(
        (await callAs(app, doctor, { method: 'POST', url, payload: { ...input, title } })).json(),
      );
    }
    const first = await list('?limit=2');
    assert.deepEqual(first.items, issued.slice(0, 2));
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    assert.deepEqual(second, { items: issued.slice(2), nextCursor: null });
  });
});

suite('correcting', () => {
  const put = (id: string, by: Person, payload: object, headers: Record<string, string> = {}) =>
    call(by, 'PUT', `/${id}`, { payload, headers });
  const correction = { title: 'Atestado médico', body: 'Repouso por 5 dias.', reason: 'Prazo errado' };

  test('adds a version with its reason and keeps the one before', async () => {
    const report = await issue();
    const response = await put(report.id, doctor, correction, { 'if-match': '"1"' });
    assert.deepEqual([response.statusCode, response.headers.etag], [200, '"2"']);
    const corrected = response.json<MedicalReport>();
    assert.deepEqual(corrected, {
      ...report,
      ...correction,
      cid10: [],
      version: 2,
      updatedAt: corrected.updatedAt,
    });
    assert.ok(corrected.updatedAt > report.createdAt);
    const versions = (await call(patient, 'GET', `/${report.id}/versions`)).json();
    assert.deepEqual(
      versions.items.map(({ version, body, reason }: MedicalReportVersion) => [version, body, reason]),
      [
        [2, correction.body, 'Prazo errado'],
        [1, input.body, null],
      ],
    );
    assert.equal(versions.items[1].createdAt, report.createdAt);
    const paged = (await call(patient, 'GET', `/${report.id}/versions?limit=1`)).json();
    const rest = await call(patient, 'GET', `/${report.id}/versions?limit=1&cursor=${paged.nextCursor}`);
    assert.deepEqual(rest.json().items, [versions.items[1]]);
  });

  test('a stale If-Match is refused, and of corrections that race only one wins', async () => {
    const { id } = await issue();
    for (const tag of ['"2"', 'W/"2"', '1', '"0", "7"']) {
      const stale = await put(id, doctor, correction, { 'if-match': tag });
      assert.deepEqual([stale.statusCode, stale.json().code], [412, 'stale_version'], tag);
    }
    assert.equal((await put(id, doctor, correction, { 'if-match': '"9", "1"' })).statusCode, 200);
    assert.equal((await put(id, doctor, correction, { 'if-match': '*' })).statusCode, 200);
    const raced = await Promise.all(
      Array.from({ length: 8 }, () => put(id, doctor, correction, { 'if-match': '"3"' })),
    );
    assert.deepEqual(raced.map(({ statusCode }) => statusCode).sort(), [200, ...Array(7).fill(412)]);
    const unconditional = await Promise.all(Array.from({ length: 5 }, () => put(id, doctor, correction)));
    const versions = unconditional.map((response) => response.json<MedicalReport>().version);
    assert.deepEqual(
      versions.sort((a, b) => a - b),
      [5, 6, 7, 8, 9],
    );
  });

  test('is for the author, with a reason', async () => {
    const { id } = await issue();
    assert.equal((await put(id, otherDoctor, correction)).statusCode, 404);
    assert.equal((await put(id, patient, correction)).statusCode, 403);
    const { reason: _, ...without } = correction;
    const response = await put(id, doctor, without);
    assert.deepEqual([response.statusCode, response.json().errors[0].pointer], [400, '/reason']);
  });

  test('nothing else changes or removes a report', async () => {
    const { id } = await issue();
    for (const method of ['DELETE', 'PATCH'] as const) {
      assert.equal((await call(doctor, method, `/${id}`, { payload: {} })).statusCode, 405);
    }
    const refused = [
      'UPDATE medical_reports SET patient_id = uuidv7() WHERE id = $1',
      'DELETE FROM medical_reports WHERE id = $1',
      "UPDATE medical_report_versions SET created_at = now() - interval '1 day' WHERE report_id = $1",
      'UPDATE medical_report_versions SET version = 9 WHERE report_id = $1',
      'UPDATE medical_report_versions SET content_sealed = content_sealed WHERE report_id = $1',
      "UPDATE medical_report_versions SET content_sealed = 'x' WHERE report_id = $1",
      `UPDATE medical_report_versions SET content_sealed = set_byte(content_sealed, length(content_sealed) - 1, 0)
        WHERE report_id = $1`,
      'DELETE FROM medical_report_versions WHERE report_id = $1',
    ];
    for (const statement of refused)
      await assert.rejects(pool.query(statement, [id]), /never altered/, statement);
    for (const table of ['medical_reports', 'medical_report_versions']) {
      await assert.rejects(pool.query(`TRUNCATE ${table} CASCADE`), /never altered/);
    }
  });
});

suite('what is stored', () => {
  test('tells nothing without the key', async () => {
    const { id } = await issue({ ...input, title: 'Sigiloso' });
    const { rows } = await pool.query<{ row: string }>(
      'SELECT v::text || r::text AS row FROM medical_reports r JOIN medical_report_versions v ON v.report_id = r.id WHERE r.id = $1',
      [id],
    );
    for (const secret of ['Sigiloso', 'Repouso', 'J45', '52998224725', 'João']) {
      assert.equal(rows[0]?.row.includes(Buffer.from(secret).toString('hex')), false);
      assert.equal(rows[0]?.row.includes(secret), false);
    }
  });

  test('is refused, and the trail says so, when it was changed or put in another’s place', async () => {
    const [first, second] = [await issue(), await issue()];
    const client = await pool.connect();
    await client.query("SET session_replication_role = 'replica'");
    await client.query(
      `UPDATE medical_report_versions SET content_sealed =
         (SELECT content_sealed FROM medical_report_versions WHERE report_id = $2) WHERE report_id = $1`,
      [first.id, second.id],
    );
    await client.query("SET session_replication_role = 'origin'");
    client.release();
    for (const path of ['', '/pdf', '/versions']) {
      const response = await call(patient, 'GET', `/${first.id}${path}`);
      assert.deepEqual([response.statusCode, response.json().code], [409, 'content_damaged']);
    }
    assert.equal((await trail(first.id)).at(-1), 'patient read damaged');
    assert.equal((await call(patient, 'GET', `/${second.id}`)).statusCode, 200);
    const correction = { ...input, reason: 'Estava danificado' };
    described = undefined;
    const without = await call(doctor, 'PUT', `/${first.id}`, { payload: correction });
    described = identities;
    assert.deepEqual([without.statusCode, without.json().code], [409, 'content_damaged']);
    assert.equal((await call(doctor, 'PUT', `/${first.id}`, { payload: correction })).statusCode, 200);
    assert.equal((await call(patient, 'GET', `/${first.id}`)).statusCode, 200);
  });

  test('goes on opening while keys rotate, and can be wrapped anew', async () => {
    const report = await issue();
    const path = `${workplace.folder}/keys.json`;
    const fresh = await rotateKeyFile(path);
    await keyRing.reload();
    assert.deepEqual((await call(patient, 'GET', `/${report.id}`)).json(), report);
    const { rows } = await pool.query<{ content_sealed: Buffer }>(
      'SELECT content_sealed FROM medical_report_versions WHERE report_id = $1',
      [report.id],
    );
    const sealed = rows[0]?.content_sealed ?? Buffer.alloc(0);
    const again = await rewrap(keyRing, sealed, reportContext(report.id, 1));
    await pool.query('UPDATE medical_report_versions SET content_sealed = $2 WHERE report_id = $1', [
      report.id,
      again,
    ]);
    assert.equal(again?.toString('hex', 1, 9), fresh);
    assert.deepEqual((await call(patient, 'GET', `/${report.id}`)).json(), report);
    const otherRing = await openKeyRingFile(`${workplace.folder}/other-keys.json`);
    await assert.rejects(otherRing.unwrap(fresh, Buffer.alloc(60), 'x'), KeyMissing);
  });
});

suite('listing all', () => {
  type Heads = { items: MedicalReportHead[]; nextCursor: string | null };
  const list = (by: Person, query = '') =>
    callAs(app, by, { method: 'GET', url: `/medical-reports${query}` });
  const headsOf = async (by: Person, query = ''): Promise<Heads> => {
    const response = await list(by, query);
    assert.equal(response.statusCode, 200, response.body);
    return response.json<Heads>();
  };
  const idsOf = ({ items }: Heads) => items.map(({ id }) => id);
  const [practice, ana, bia] = [newPerson('doctor'), newPerson('patient'), newPerson('patient')];
  const write = async (about: Person, title: string, by = practice): Promise<MedicalReport> => {
    const id = await bookAppointment(pool, { patient: about, doctor: by, status: 'confirmed' });
    const url = `/appointments/${id}/medical-reports`;
    return (await callAs(app, by, { method: 'POST', url, payload: { ...input, title } })).json();
  };

  test('a patient sees all of theirs and a doctor those they wrote, newest first, page by page', async () => {
    const first = await write(ana, 'Primeiro');
    const second = await write(bia, 'Segundo');
    const third = await write(ana, 'Terceiro', doctor);
    const fourth = await write(ana, 'Quarto');
    assert.deepEqual(idsOf(await headsOf(ana)), [fourth.id, third.id, first.id]);
    assert.deepEqual(idsOf(await headsOf(practice)), [fourth.id, second.id, first.id]);
    assert.deepEqual(idsOf(await headsOf(practice, `?patientId=${bia.id}`)), [second.id]);
    assert.deepEqual(idsOf(await headsOf(ana, `?patientId=${bia.id}`)), []);
    assert.deepEqual(idsOf(await headsOf(newPerson('patient'))), []);
    assert.equal((await list(admin)).statusCode, 403);
    const page = await headsOf(ana, '?limit=2');
    const rest = await headsOf(ana, `?limit=2&cursor=${page.nextCursor}`);
    assert.deepEqual([idsOf(page), idsOf(rest), rest.nextCursor], [[fourth.id, third.id], [first.id], null]);
  });

  test('a head tells the title of the latest version and whom it is of, and not what it says', async () => {
    const { id, appointmentId } = await write(bia, 'Antes');
    const url = `/appointments/${appointmentId}/medical-reports/${id}`;
    const payload = { ...input, title: 'Depois', reason: 'Título' };
    const corrected = (await callAs(app, practice, { method: 'PUT', url, payload })).json<MedicalReport>();
    const response = await list(bia, '?limit=1');
    assert.doesNotMatch(response.body, /Repouso|J45/);
    assert.deepEqual(response.json<Heads>().items[0], {
      ...{ id, appointmentId, title: 'Depois', version: 2 },
      createdAt: corrected.createdAt,
      updatedAt: corrected.updatedAt,
      doctor: { id: practice.id, fullName: 'Conta removida', crm: null },
      patient: { id: bia.id, fullName: 'Conta removida', socialName: null },
    });
  });

  test('a page is one entry of the trail that names what it showed, and to each patient their own', async () => {
    const [nadia, rui, owner] = [newPerson('patient'), newPerson('patient'), newPerson('doctor')];
    const reports = [await write(nadia, 'Um', owner), await write(rui, 'Dois', owner)];
    await headsOf(owner);
    const { rows } = await pool.query(
      `SELECT action, resource_kind, resource_ids, appointment_ids, patient_ids, outcome FROM audit_entries
       WHERE actor_id = $1 AND action = 'list'`,
      [owner.id],
    );
    const [{ resource_ids, appointment_ids, patient_ids, ...entry }] = rows;
    assert.deepEqual(entry, { action: 'list', resource_kind: 'medical_report_list', outcome: 'granted' });
    const shown = (resource_ids as string[]).map((id, i) => [id, appointment_ids[i], patient_ids[i]]);
    assert.deepEqual(
      shown.sort(),
      reports.map(({ id, appointmentId, patientId }) => [id, appointmentId, patientId]).sort(),
    );
    assert.equal(rows.length, 1);
  });
});

test('the PDF comes as a file to save', async () => {
  const report = await issue({ ...input, body: 'Texto com acentuação: ção, ã, é. '.repeat(300) });
  const response = await call(patient, 'GET', `/${report.id}/pdf`);
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['content-type'], 'application/pdf');
  assert.equal(
    response.headers['content-disposition'],
    `attachment; filename="documento-medico-${report.id}-v1.pdf"`,
  );
  assert.equal(response.rawPayload.toString('latin1', 0, 5), '%PDF-');
  assert.match(response.rawPayload.toString('latin1').trimEnd(), /%%EOF$/);
});

const pdfToText = spawnSync('pdftotext', ['-v']).error === undefined;
test('the PDF shows what CFM 2.299/2021 asks for', { skip: !pdfToText && 'no pdftotext here' }, async () => {
  const report = await issue({ ...input, body: `${input.body}\n${'Mais uma linha.\n'.repeat(120)}` });
  const { rawPayload } = await call(patient, 'GET', `/${report.id}/pdf`);
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: rawPayload }).toString('utf8');
  const issued = new Intl.DateTimeFormat('pt-BR', {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: 'America/Rio_Branco',
  }).format(new Date(report.createdAt));
  for (const part of [
    'Atestado médico',
    'MÉDICO(A)',
    'Ana Beatriz Conceição',
    'CRM/AC 123456',
    'RQE 9876 (Cardiologia)',
    'Rua das Acácias, 120, sala 4, Centro, Rio Branco/AC, CEP 69900-000',
    'João da Silva',
    'CPF 529.982.247-25',
    'Repouso por 3 dias.',
    'CID-10: J45.0, F32',
    `Emitido em ${issued}`,
    'Assinatura do(a) médico(a)',
  ]) {
    assert.ok(text.includes(part), part);
  }
  const pages = text.split('\f').filter((page) => page.trim() !== '');
  assert.ok(pages.length > 1);
  for (const page of pages) assert.ok(page.includes('Documento sem assinatura digital ICP-Brasil'));
});

test('every access and every refusal is in the trail', async () => {
  const { id } = await issue();
  await call(patient, 'GET', `/${id}`);
  await call(otherPatient, 'GET', `/${id}`);
  await call(patient, 'GET', `/${id}/versions`);
  await call(patient, 'GET', `/${id}/pdf`);
  await call(otherDoctor, 'PUT', `/${id}`, { payload: { ...input, reason: 'x' } });
  await call(doctor, 'PUT', `/${id}`, { payload: { ...input, reason: 'x' } });
  assert.deepEqual(await trail(id), [
    'doctor create granted',
    'doctor read granted',
    'patient read granted',
    'patient read refused',
    'patient read granted',
    'patient download granted',
    'doctor change refused',
    'doctor change granted',
  ]);
  const before = (await trail(appointment)).length;
  await call(patient, 'GET');
  await call(otherDoctor, 'GET');
  assert.deepEqual((await trail(appointment)).slice(before), ['patient list granted', 'doctor list refused']);
});
