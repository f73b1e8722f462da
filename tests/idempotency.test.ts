import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type { Appointment, FileAccess, MedicalFile, OpenSlot, Review, Schedule } from '@consulta/contracts';
import { createAdministrator } from '@consulta/user';
import { addFile, book, databaseOf, letPass, type Page, reschedule, step } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import {
  daysAhead,
  doctorInput,
  freshEmail,
  join,
  type Person,
  password,
  patientInput,
  publishSlots,
  signIn,
} from './support/people.ts';
import { startSystem } from './support/system.ts';

/*
 * Every POST that changes something, as it is deployed, sent twice with one key. A route that is missing from the table
 * fails.
 */

const system = await startSystem({}, { replicas: 2 });
const { api } = system;
const [users, schedules, appointments] = await Promise.all([
  databaseOf(system.folder, 'users'),
  databaseOf(system.folder, 'schedules'),
  databaseOf(system.folder, 'appointments'),
]);
after(async () => {
  await Promise.all([users.end(), schedules.end(), appointments.end()]);
  await system.stop();
});

const administrator = await makeAdministrator();
const [patient, doctor] = await Promise.all([join(api, patientInput()), join(api, doctorInput())]);

async function makeAdministrator(): Promise<Person> {
  const email = freshEmail('admin');
  const id = await createAdministrator({ pool: users }, { email, password, fullName: 'Marta Figueiredo' });
  return { id, email, cpf: '', token: (await signIn(api, email)).accessToken };
}

const twoADay = ['08:00', '09:00'];
let day = 3;
/** Slots that nobody used yet, of a day of their own. */
async function freshSlots(): Promise<OpenSlot[]> {
  day += 1;
  return publishSlots(api, doctor, twoADay, { date: daysAhead(day) });
}

type Status = 'awaiting_confirmation' | 'confirmed' | 'in_progress' | 'concluded';
const stepsTo: Record<Status, string[]> = {
  awaiting_confirmation: [],
  confirmed: ['confirm'],
  in_progress: ['confirm', 'start'],
  concluded: ['confirm', 'start', 'conclude'],
};
async function appointmentThatIs(status: Status): Promise<{ id: string; slotId: string }> {
  const [slot, free] = await freshSlots();
  const { id } = await book(api, patient, slot?.id);
  for (const name of stepsTo[status]) await step(api, doctor, id, name);
  return { id, slotId: free?.id ?? '' };
}

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const appointment = (status: Status) => async () => (await appointmentThatIs(status)).id;
const begun = async () => {
  const { id } = await appointmentThatIs('confirmed');
  // Farther than the days of all the others.
  await letPass(appointments, id, 365);
  return id;
};
const file = async () => (await addFile(api, patient, (await appointmentThatIs('confirmed')).id, pdf())).id;
const review = async () => {
  const { id } = await appointmentThatIs('concluded');
  const body = { rating: 4 };
  return (
    await api.expect<Review>(202, 'POST', `/appointments/${id}/feedbacks`, { token: patient.token, body })
  ).id;
};
const doctorIn = (verification: 'pending' | 'verified' | 'suspended') => async () => {
  const { id } = await join(api, doctorInput());
  await users.query(
    "UPDATE doctors SET verification = $2, suspension_reason = CASE $2 WHEN 'suspended' THEN 'x' END WHERE user_id = $1",
    [id, verification],
  );
  return id;
};
const nothing = async () => '';
const reason = { reason: 'Motivo' };
const schedule = () => {
  day += 1;
  const times = ['10:00'];
  return { kind: 'date', date: daysAhead(day), times, slotMinutes: 30, timeZone: 'America/Sao_Paulo' };
};

type Row = {
  by?: Person;
  /** Makes what the path names anew and answers its id. */
  of: () => Promise<string>;
  status: number;
  body?: () => unknown | Promise<unknown>;
  /** Another body, which the same key does not stand for; where there is none the path names another thing. */
  other?: (body: object) => unknown;
};

const table: Record<string, Row> = {
  '/users': {
    of: nothing,
    status: 201,
    body: () => patientInput(),
    other: (body) => ({ ...body, fullName: 'Outra Pessoa' }),
  },
  '/schedules': { by: doctor, of: nothing, status: 201, body: schedule, other: schedule },
  '/appointments': {
    by: patient,
    of: nothing,
    status: 201,
    body: async () => ({ slotId: (await freshSlots())[0]?.id, note: 'Primeira consulta' }),
    other: (body) => ({ ...body, note: 'Outra' }),
  },
  '/appointments/:id/reschedule': {
    by: patient,
    of: appointment('confirmed'),
    status: 201,
    body: async () => ({ slotId: (await freshSlots())[1]?.id }),
    other: () => ({ slotId: crypto.randomUUID() }),
  },
  '/appointments/:id/confirm': { by: doctor, of: appointment('awaiting_confirmation'), status: 200 },
  '/appointments/:id/decline': {
    by: doctor,
    of: appointment('awaiting_confirmation'),
    status: 200,
    body: () => reason,
    other: () => ({ reason: 'Outro' }),
  },
  '/appointments/:id/start': { by: doctor, of: appointment('confirmed'), status: 200 },
  '/appointments/:id/conclude': { by: doctor, of: appointment('in_progress'), status: 200 },
  '/appointments/:id/no-show': { by: doctor, of: begun, status: 200 },
  '/appointments/:id/reopen': { by: doctor, of: appointment('in_progress'), status: 200 },
  '/appointments/:id/cancel': {
    by: patient,
    of: appointment('confirmed'),
    status: 200,
    body: () => reason,
    other: () => ({}),
  },
  '/appointments/:id/feedbacks': {
    by: patient,
    of: appointment('concluded'),
    status: 202,
    body: () => ({ rating: 5, comment: 'Pontual' }),
    other: () => ({ rating: 1 }),
  },
  '/reviews/:id/reply': {
    by: doctor,
    of: review,
    status: 200,
    body: () => ({ text: 'Obrigada' }),
    other: () => ({ text: 'Obrigado' }),
  },
  '/appointments/:id/files': {
    by: patient,
    of: appointment('confirmed'),
    status: 201,
    body: form,
    other: otherForm,
  },
  '/files/:id/accesses': {
    by: patient,
    of: file,
    status: 201,
    body: () => ({ doctorId: doctor.id, expiresAt: inHours(1) }),
    other: (body) => ({ ...body, expiresAt: inHours(2) }),
  },
  '/appointments/:id/medical-reports': {
    by: doctor,
    of: appointment('confirmed'),
    status: 201,
    body: () => ({ title: 'Laudo', body: 'Sem alterações.', cid10: ['I10'] }),
    other: () => ({ title: 'Laudo', body: 'Com alterações.' }),
  },
  '/admin/doctors/:id/verify': { by: administrator, of: doctorIn('pending'), status: 200 },
  '/admin/doctors/:id/suspend': {
    by: administrator,
    of: doctorIn('verified'),
    status: 200,
    body: () => reason,
    other: () => ({ reason: 'Outro' }),
  },
  '/admin/doctors/:id/reinstate': { by: administrator, of: doctorIn('suspended'), status: 200 },
};

function form(): FormData {
  return formOf(pdf());
}
function otherForm(): FormData {
  return formOf(Buffer.concat([pdf(), Buffer.from('\n')]));
}
function formOf(content: Buffer): FormData {
  const made = new FormData();
  made.set('file', new File([new Uint8Array(content)], 'exame.pdf'));
  return made;
}

/** The same JSON, with the members of every object the other way round. */
const turnedRound = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, turnedRound(member)]),
  );
};

type Answer = { status: number; location: string | null; body: Record<string, unknown> };

async function send(
  path: string,
  by: Person | undefined,
  body: unknown,
  key: string,
  url = api.url,
): Promise<Answer> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'idempotency-key': key,
      prefer: 'wait=10',
      ...(by ? { authorization: `Bearer ${by.token}` } : {}),
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  });
  const { status, headers } = response;
  return { status, location: headers.get('location'), body: (await response.json()) as Answer['body'] };
}

/** What all of them see of what there is, and what leaves the system by messages. */
async function everything(): Promise<string> {
  const read = (by: Person, path: string) =>
    api.expect<Page<{ id: string }>>(200, 'GET', path, { token: by.token });
  const { items } = await read(patient, '/appointments?limit=100');
  const paths = items.flatMap(({ id }) =>
    ['history', 'files', 'medical-reports', 'feedbacks'].map((part) => `/appointments/${id}/${part}`),
  );
  const answers = await Promise.all([
    ...[...paths, '/files?limit=100'].map((path) => read(patient, path)),
    read(doctor, '/schedules?limit=100'),
    read(administrator, '/admin/doctors?limit=100'),
  ]);
  const { rows } = await users.query('SELECT count(*) FROM users');
  // How many slots are open follows a little later, by messages; whose they are is told by the appointments.
  return JSON.stringify([items, answers, rows], (name, value) => (name === 'slots' ? undefined : value));
}

const changing = system.standalone.routes
  .filter(
    ({ method, url }) => method === 'POST' && !url.startsWith('/api/v1/auth/') && !url.endsWith('/preview'),
  )
  .map(({ url }) => url.replace('/api/v1', ''));

test('every POST that changes something is in the table, and nothing else', () => {
  assert.deepEqual(changing.toSorted(), Object.keys(table).sort());
});

suite('one key', () => {
  for (const [route, { by, of, status, body, other }] of Object.entries(table)) {
    test(`does it once and answers the same: ${route}`, async () => {
      const id = await of();
      const path = route.replace(':id', id);
      const asked = await body?.();
      const key = `chave-${route}`;
      const first = await send(path, by, asked, key);
      assert.equal(first.status, status, JSON.stringify(first.body));
      // A review is counted a little later; nothing else goes on by itself.
      if (route.endsWith('/feedbacks'))
        await eventually(async () => assert.ok(await isCounted(first.body.id)));
      const before = await everything();
      const sameAgain = asked instanceof FormData ? form() : turnedRound(asked);
      const again = await send(route.replace(':id', id.toUpperCase()), by, sameAgain, key);
      assert.deepEqual([again.status, again.location], [status, first.location]);
      if (route === '/users') assert.deepEqual(again.body, { id: first.body.id });
      else assert.deepEqual(again.body, first.body);
      assert.equal(await everything(), before);

      const otherPath = other ? path : route.replace(':id', await of());
      const reused = await send(otherPath, by, other ? other((asked ?? {}) as object) : undefined, key);
      assert.deepEqual([reused.status, reused.body.code], [422, 'idempotency_key_reused']);
    });
  }
});

const isCounted = async (feedbackId: unknown) => {
  const { rowCount } = await appointments.query('SELECT FROM reviews WHERE feedback_id = $1', [feedbackId]);
  return rowCount === 1;
};

test('a repeat answers the thing as it is now', async () => {
  const { id, slotId } = await appointmentThatIs('awaiting_confirmation');
  const confirm = () => send(`/appointments/${id}/confirm`, doctor, undefined, 'confirmar');
  assert.equal((await confirm()).body.status, 'confirmed');
  const upload = () => send(`/appointments/${id}/files`, patient, form(), 'enviar');
  const uploaded = await upload();
  const moved = await reschedule(api, patient, id, slotId);
  assert.equal(moved.status, 201);
  const confirmed = await confirm();
  assert.deepEqual([confirmed.status, confirmed.body.status], [200, 'replaced']);
  const again = await upload();
  assert.deepEqual(
    [again.status, again.location, again.body.id, again.body.appointmentId],
    [201, uploaded.location, uploaded.body.id, moved.body.id],
  );

  const body = schedule();
  const publish = () => send('/schedules', doctor, body, 'publicar');
  const made = await publish();
  const changed = { ...body, times: ['10:00', '11:00'] };
  const path = `/schedules/${made.body.id}`;
  const replaced = await api.expect<Schedule>(200, 'PUT', path, { token: doctor.token, body: changed });
  const published = await publish();
  assert.deepEqual([published.status, published.location, published.body], [201, made.location, replaced]);
});

test('a repeat whose thing was deleted since is 410, and does not make it anew', async () => {
  const published = { body: schedule(), key: 'agenda' };
  const made = await send('/schedules', doctor, published.body, published.key);
  await api.expect(204, 'DELETE', `/schedules/${made.body.id}`, { token: doctor.token });

  const { id } = await appointmentThatIs('confirmed');
  const upload = () => send(`/appointments/${id}/files`, patient, form(), 'exame');
  const sent = (await upload()).body as MedicalFile;
  const grant = { doctorId: doctor.id, expiresAt: inHours(1) };
  const share = () => send(`/files/${sent.id}/accesses`, patient, grant, 'partilha');
  const shared = (await share()).body as FileAccess;
  const { token } = patient;
  await api.expect(204, 'DELETE', `/files/${sent.id}/accesses/${shared.id}`, { token });
  assert.deepEqual(codeOf(await share()), [410, 'gone']);
  await api.expect(204, 'DELETE', `/files/${sent.id}`, { token });

  const before = await everything();
  assert.deepEqual(codeOf(await send('/schedules', doctor, published.body, published.key)), [410, 'gone']);
  assert.deepEqual(codeOf(await upload()), [410, 'gone']);
  assert.deepEqual(codeOf(await share()), [410, 'gone']);
  assert.equal(await everything(), before);
});

const codeOf = ({ status, body }: Answer) => [status, body.code];

test('two people behind one address never meet in one key', async () => {
  const other = await join(api, patientInput());
  const [slot, free] = await freshSlots();
  const [mine, theirs] = await Promise.all([
    send('/appointments', patient, { slotId: slot?.id }, 'mesma'),
    send('/appointments', other, { slotId: free?.id }, 'mesma'),
  ]);
  assert.deepEqual([mine.status, theirs.status], [201, 201]);
  assert.equal((theirs.body as unknown as Appointment).patientId, other.id);
  const inputs = [patientInput(), patientInput()];
  const [one, two] = await Promise.all(inputs.map((input) => send('/users', undefined, input, 'mesma')));
  assert.deepEqual([one?.status, two?.status], [201, 201]);
  assert.notEqual(one?.body.id, two?.body.id);
});

test('a step that was refused leaves its key free', async () => {
  const { id } = await appointmentThatIs('awaiting_confirmation');
  const start = () => send(`/appointments/${id}/start`, doctor, undefined, 'iniciar');
  assert.deepEqual(codeOf(await start()), [409, 'invalid_transition']);
  await step(api, doctor, id, 'confirm');
  assert.equal((await start()).status, 200);
  assert.equal((await start()).status, 200);
});

/** How much feedback waits to be counted, which comes by a message. */
async function uncounted(): Promise<number | undefined> {
  const { rows } = await appointments.query<{ count: number }>(
    'SELECT count(*) FROM feedbacks LEFT JOIN reviews ON feedback_id = feedbacks.id WHERE feedback_id IS NULL',
  );
  return rows[0]?.count;
}

/** What a request leaves behind that stays: rows by table, of the trail those that tell of a change. */
async function traces(): Promise<Record<string, number>> {
  const kept = [
    ...['users', 'doctors'].map((table) => [users, table] as const),
    ...['schedules', 'slots'].map((table) => [schedules, table] as const),
    ...[
      ...['booking_requests', 'appointments', 'appointment_transitions', 'closed_requests', 'event_stream'],
      ...['feedbacks', 'reviews', 'files', 'file_accesses', 'medical_reports', 'medical_report_versions'],
      ...['idempotency_keys', "audit_entries WHERE action NOT IN ('read', 'list')"],
    ].map((table) => [appointments, table] as const),
  ];
  const counted = await Promise.all(
    kept.map(async ([pool, table]) => {
      const { rows } = await pool.query<{ count: number }>(`SELECT count(*) FROM ${table}`);
      return [table, rows[0]?.count ?? 0] as const;
    }),
  );
  return Object.fromEntries(counted);
}

/** Of a request to a route, sent by so many at once: the answers, and what it left behind. */
async function effectOf({ by, of, body }: Row, route: string, callers: number, key: string) {
  const path = route.replace(':id', await of());
  const asked = await body?.();
  // What the preparation set going has come to rest.
  const settled = async () => {
    assert.equal(await uncounted(), 0);
    const now = await traces();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(await traces(), now);
    return now;
  };
  const before = await eventually(settled, 30_000);
  const sent = Array.from({ length: callers }, (_, index) => {
    const mine = asked instanceof FormData ? form() : asked;
    return send(path, by, mine, key, system.standalone.urls[index % 2]);
  });
  const answers = await Promise.all(sent);
  const after = await eventually(settled, 30_000);
  const left = Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)]);
  return { answers, left: Object.fromEntries(left) as Record<string, number> };
}

suite('one key sent by 20 at once to two replicas', () => {
  assert.equal(system.standalone.urls.length, 2);
  for (const [route, row] of Object.entries(table)) {
    test(`leaves what one leaves, and each answer is the same or says it is under way: ${route}`, async () => {
      const alone = await effectOf(row, route, 1, `uma-${route}`);
      const { answers, left } = await effectOf(row, route, 20, `vinte-${route}`);
      assert.deepEqual(left, alone.left);
      const done = answers.filter(({ status }) => status === row.status);
      const [first] = done;
      for (const { location, body } of done) {
        assert.equal(location, first?.location);
        assert.equal(body.id, first?.body.id);
      }
      const others = answers.filter(({ status }) => status !== row.status).map(codeOf);
      assert.deepEqual(
        others,
        others.map(() => [409, 'idempotency_in_progress']),
      );
      assert.ok(done.length >= 1);
    });
  }
});
