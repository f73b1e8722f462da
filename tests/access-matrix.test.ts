import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import { text as wholeText } from 'node:stream/consumers';
import { after, suite, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type { FileAccess, OpenSlot, Role, Schedule, Session } from '@consulta/contracts';
import { createAdministrator } from '@consulta/user';
import { addFile, book, databaseOf, letPass, type Page, step } from './support/consultations.ts';
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
import { startSystem, untilNobodyTakes } from './support/system.ts';

/*
 * Every guarded route, as it is deployed, against everyone who might try it. The table below says who may; a
 * route that is missing from it fails. Bodies are good, so that nothing but access decides. One more column stands for
 * whoever may, in a session that ends while the right is used.
 */

const system = await startSystem();
const { api } = system;
const users = await databaseOf(system.folder, 'users');
const appointments = await databaseOf(system.folder, 'appointments');
after(async () => {
  await users.end();
  await appointments.end();
  await system.stop();
});

const callerNames = [
  'owner',
  'otherPatient',
  'doctor',
  'otherDoctor',
  'granted',
  'expired',
  'revoked',
  'grantedElsewhere',
  'suspended',
  'deleted',
  'administrator',
  'nobody',
] as const;
type CallerName = (typeof callerNames)[number];
const roleOf: Record<CallerName, Role | undefined> = {
  owner: 'patient',
  otherPatient: 'patient',
  doctor: 'doctor',
  otherDoctor: 'doctor',
  granted: 'doctor',
  expired: 'doctor',
  revoked: 'doctor',
  grantedElsewhere: 'doctor',
  suspended: 'doctor',
  deleted: 'patient',
  administrator: 'admin',
  nobody: undefined,
};
/** Who may see nothing of the owner's, on any route and whatever the status. */
const strangers: CallerName[] = [
  'otherPatient',
  'otherDoctor',
  'expired',
  'revoked',
  'grantedElsewhere',
  'suspended',
  'deleted',
  'administrator',
  'nobody',
];

const owner = await join(
  api,
  patientInput({ fullName: 'Quitéria Vasconcelos', socialName: 'Quim Vasconcelos', phone: '+5568999887766' }),
);
const [otherPatient, doctor, otherDoctor, granted, expired, revoked, grantedElsewhere, suspended] =
  await Promise.all([
    join(api, patientInput()),
    ...Array.from({ length: 7 }, () => join(api, doctorInput())),
  ]);
const administrator = await makeAdministrator();
const deleted = await join(api, patientInput());
await api.expect(204, 'DELETE', '/users/me', { token: deleted.token, body: { password } });
const callers = {
  owner,
  otherPatient,
  doctor,
  otherDoctor,
  granted,
  expired,
  revoked,
  grantedElsewhere,
  suspended,
  deleted,
  administrator,
  nobody: undefined,
} as Record<CallerName, Person | undefined>;
if (!doctor || !granted || !expired || !revoked || !grantedElsewhere || !suspended)
  throw new Error('someone is missing');

async function makeAdministrator(email = freshEmail('admin')): Promise<Person> {
  const id = await createAdministrator({ pool: users }, { email, password, fullName: 'Marta Figueiredo' });
  return { id, email, cpf: '', token: (await signIn(api, email)).accessToken };
}

/** What the parameters and bodies of a call are about; all of it belongs to the owner or to their doctor. */
type Things = {
  id: string;
  slotId: string;
  fileId: string;
  accessId: string;
  reportId: string;
  feedbackId: string;
  scheduleId: string;
  sessionId: string;
  doctorId: string;
};

const note = 'Tomo varfarina desde 2019';
const report = { title: 'Laudo cardiológico', body: 'Fibrilação atrial paroxística.', cid10: ['I48.0'] };
/** A day of slots of five minutes, used up one by one. */
const fiveMinutes = (hours: number[]) =>
  hours.flatMap((hour) =>
    Array.from(
      { length: 12 },
      (_, i) => `${String(hour).padStart(2, '0')}:${String(i * 5).padStart(2, '0')}`,
    ),
  );
const slots: OpenSlot[] = await publishSlots(
  api,
  doctor,
  fiveMinutes([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
  {
    slotMinutes: 5,
  },
);
const freshSlot = () => slots.pop()?.id ?? assert.fail('no slot is left');

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const share = (fileId: string, { id }: Person) =>
  api.expect<FileAccess>(201, 'POST', `/files/${fileId}/accesses`, {
    token: owner.token,
    body: { doctorId: id, expiresAt: inHours(1) },
  });

type Status = 'awaiting_confirmation' | 'confirmed' | 'in_progress' | 'concluded';
const stepsTo: Record<Status, string[]> = {
  awaiting_confirmation: [],
  confirmed: ['confirm'],
  in_progress: ['confirm', 'start'],
  concluded: ['confirm', 'start', 'conclude'],
};
async function newAppointment(status: Status): Promise<string> {
  const { id } = await book(api, owner, freshSlot(), { note });
  for (const name of stepsTo[status]) await step(api, doctor as Person, id, name);
  return id;
}

const giveFeedback = (id: string) =>
  api.expect<{ id: string }>(202, 'POST', `/appointments/${id}/feedbacks`, {
    token: owner.token,
    body: { rating: 5 },
  });

/** The things that most routes are tried with: whoever is refused leaves them as they are. */
async function makeShared(): Promise<Things> {
  const id = await newAppointment('concluded');
  const file = await addFile(api, owner, id, pdf());
  const access = await share(file.id, granted as Person);
  await share(file.id, expired as Person);
  await expireGrant(file.id, expired as Person);
  const gone = await share(file.id, revoked as Person);
  await api.expect(204, 'DELETE', `/files/${file.id}/accesses/${gone.id}`, { token: owner.token });
  await share(file.id, suspended as Person);
  await api.expect(200, 'POST', `/admin/doctors/${suspended?.id}/suspend`, {
    token: administrator.token,
    body: { reason: 'Registro cassado' },
  });
  const elsewhere = await addFile(api, owner, await newAppointment('confirmed'), pdf());
  await share(elsewhere.id, grantedElsewhere as Person);
  const issued = await api.expect<{ id: string }>(201, 'POST', `/appointments/${id}/medical-reports`, {
    token: doctor?.token ?? '',
    body: report,
  });
  const schedules = await api.expect<Page<Schedule>>(200, 'GET', '/schedules', {
    token: doctor?.token ?? '',
  });
  return {
    id,
    slotId: freshSlot(),
    fileId: file.id,
    accessId: access.id,
    reportId: issued.id,
    feedbackId: (await giveFeedback(id)).id,
    scheduleId: schedules.items[0]?.id ?? '',
    sessionId: crypto.randomUUID(),
    doctorId: doctor?.id ?? '',
  };
}

async function expireGrant(fileId: string, { id }: Person): Promise<void> {
  const pool = await databaseOf(system.folder, 'appointments');
  await pool.query(
    "UPDATE file_accesses SET expires_at = now() - interval '1 ms' WHERE file_id = $1 AND doctor_id = $2",
    [fileId, id],
  );
  await pool.end();
}

const shared = await makeShared();
const secrets = [
  ...[owner.id, owner.email, owner.cpf, 'Vasconcelos', '+5568999887766', note],
  ...['exame.pdf', report.title, report.body, 'I48.0'],
];

let days = 10;
const dateSchedule = () => {
  days += 1;
  const date = daysAhead(days);
  return { kind: 'date', date, times: ['09:00'], slotMinutes: 30, timeZone: 'America/Sao_Paulo' };
};

type Fresh = () => Promise<Partial<Things>>;
const slot: Fresh = async () => ({ slotId: freshSlot() });
const appointment =
  (status: Status): Fresh =>
  async () => ({ id: await newAppointment(status), slotId: freshSlot() });
const begun: Fresh = async () => {
  const id = await newAppointment('confirmed');
  await letPass(appointments, id);
  return { id };
};
const file: Fresh = async () => {
  const { id: fileId } = await addFile(api, owner, shared.id, pdf());
  return { fileId, accessId: (await share(fileId, granted as Person)).id };
};
const feedback: Fresh = async () => {
  const id = await newAppointment('concluded');
  return { id, feedbackId: (await giveFeedback(id)).id };
};
const schedule: Fresh = async () => {
  const body = dateSchedule();
  const made = await api.expect<Schedule>(201, 'POST', '/schedules', { token: doctor?.token ?? '', body });
  return { scheduleId: made.id };
};
const session: Fresh = async () => {
  const { accessToken } = await signIn(api, owner.email);
  const { items } = await api.expect<Page<Session>>(200, 'GET', '/users/me/sessions', { token: accessToken });
  return { sessionId: items.find(({ current }) => current)?.id ?? '' };
};
const doctorIn =
  (verification: 'pending' | 'verified' | 'suspended'): Fresh =>
  async () => {
    const { id } = await join(api, doctorInput());
    await users.query(
      "UPDATE doctors SET verification = $2, suspension_reason = CASE $2 WHEN 'suspended' THEN 'x' END WHERE user_id = $1",
      [id, verification],
    );
    return { doctorId: id };
  };

type Row = {
  /** The roles that may use the route at all; others get 403, and who has no token 401. */
  roles: readonly Role[];
  /** Whom the thing belongs to or is shared with; others of these roles get 404. Everyone of them unless said. */
  only?: CallerName[];
  /** What who may gets. */
  status: number;
  /** Made anew for the refused together and for each that may, where a call uses the thing up. */
  fresh?: Fresh;
  body?: (things: Things) => unknown;
  /** Somebody else of the same role for each call, where it uses up who makes it. */
  standIn?: (role: Role) => Promise<Person>;
};

let standIns = 0;
const standIn = (role: Role): Promise<Person> => {
  standIns += 1;
  if (role === 'admin') return makeAdministrator(`admin-${standIns}@example.com`);
  return join(api, role === 'doctor' ? doctorInput() : patientInput());
};

const anyone: Role[] = ['patient', 'doctor', 'admin'];
const patients: Role[] = ['patient'];
const doctors: Role[] = ['doctor'];
const both: Role[] = ['patient', 'doctor'];
const admins: Role[] = ['admin'];
const people: CallerName[] = ['owner', 'doctor'];
const reason = () => ({ reason: 'Motivo' });

const table: Record<string, Row> = {
  'GET /users/me': { roles: anyone, status: 200 },
  'PATCH /users/me': { roles: anyone, status: 200, body: () => ({ fullName: 'Nome Qualquer' }) },
  'DELETE /users/me': { roles: anyone, status: 204, body: () => ({ password }), standIn },
  'PUT /users/me/password': {
    roles: anyone,
    status: 204,
    body: () => ({ password, newPassword: password }),
  },
  'GET /users/me/sessions': { roles: anyone, status: 200 },
  'DELETE /users/me/sessions/:sessionId': { roles: anyone, only: ['owner'], status: 204, fresh: session },
  'GET /users/me/access-log': { roles: patients, status: 200 },
  'GET /users/me/doctors': { roles: patients, status: 200 },
  'GET /users/me/patients': { roles: doctors, status: 200 },
  'GET /users/me/figures': { roles: doctors, status: 200 },
  'GET /users/me/booking-settings': { roles: doctors, status: 200 },
  'PUT /users/me/booking-settings': { roles: doctors, status: 200, body: () => ({ autoConfirm: false }) },
  'GET /admin/doctors': { roles: admins, status: 200 },
  'POST /admin/doctors/:doctorId/verify': { roles: admins, status: 200, fresh: doctorIn('pending') },
  'POST /admin/doctors/:doctorId/suspend': {
    roles: admins,
    status: 200,
    fresh: doctorIn('verified'),
    body: reason,
  },
  'POST /admin/doctors/:doctorId/reinstate': { roles: admins, status: 200, fresh: doctorIn('suspended') },
  'GET /doctors/:doctorId/reviews': { roles: anyone, status: 200 },
  'GET /schedules': { roles: doctors, status: 200 },
  'POST /schedules': { roles: doctors, status: 201, body: dateSchedule },
  'POST /schedules/preview': { roles: doctors, status: 200, body: dateSchedule },
  'GET /schedules/:scheduleId': { roles: doctors, only: ['doctor'], status: 200 },
  'GET /schedules/:scheduleId/slots': { roles: doctors, only: ['doctor'], status: 200 },
  'PUT /schedules/:scheduleId': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: schedule,
    body: dateSchedule,
  },
  'DELETE /schedules/:scheduleId': { roles: doctors, only: ['doctor'], status: 204, fresh: schedule },
  'POST /appointments': { roles: patients, status: 202, fresh: slot, body: ({ slotId }) => ({ slotId }) },
  'GET /appointments': { roles: both, status: 200 },
  'GET /appointments/:id': { roles: both, only: people, status: 200 },
  'GET /appointments/:id/history': { roles: both, only: people, status: 200 },
  'PATCH /appointments/:id': { roles: patients, only: ['owner'], status: 200, body: () => ({ note }) },
  'POST /appointments/:id/reschedule': {
    roles: patients,
    only: ['owner'],
    status: 202,
    fresh: appointment('confirmed'),
    body: ({ slotId }) => ({ slotId }),
  },
  'POST /appointments/:id/confirm': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: appointment('awaiting_confirmation'),
  },
  'POST /appointments/:id/decline': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: appointment('awaiting_confirmation'),
    body: reason,
  },
  'POST /appointments/:id/start': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: appointment('confirmed'),
  },
  'POST /appointments/:id/conclude': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: appointment('in_progress'),
  },
  'POST /appointments/:id/no-show': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: begun,
  },
  'POST /appointments/:id/reopen': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: appointment('in_progress'),
  },
  'POST /appointments/:id/cancel': {
    roles: both,
    only: people,
    status: 200,
    fresh: appointment('confirmed'),
    body: reason,
  },
  'DELETE /appointments/:id': {
    roles: patients,
    only: ['owner'],
    status: 200,
    fresh: appointment('confirmed'),
  },
  'GET /events': { roles: both, status: 200 },
  'POST /appointments/:id/feedbacks': {
    roles: patients,
    only: ['owner'],
    status: 202,
    fresh: appointment('concluded'),
    body: () => ({ rating: 5 }),
  },
  // The doctor never learns who wrote.
  'GET /appointments/:id/feedbacks': { roles: patients, only: ['owner'], status: 200 },
  'GET /appointments/:id/feedbacks/:feedbackId': { roles: patients, only: ['owner'], status: 200 },
  'POST /reviews/:feedbackId/reply': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    fresh: feedback,
    body: () => ({ text: 'Obrigada' }),
  },
  'POST /appointments/:id/files': { roles: patients, only: ['owner'], status: 201, body: form },
  // Its doctor may ask which files are shared with them, and here the answer is: none.
  'GET /appointments/:id/files': { roles: both, only: [...people, 'granted'], status: 200 },
  'GET /files': { roles: patients, status: 200 },
  'GET /files/:fileId': { roles: both, only: ['owner', 'granted'], status: 200 },
  'GET /files/:fileId/content': { roles: both, only: ['owner', 'granted'], status: 200 },
  'DELETE /files/:fileId': { roles: patients, only: ['owner'], status: 204, fresh: file },
  'POST /files/:fileId/accesses': {
    roles: patients,
    only: ['owner'],
    status: 201,
    fresh: file,
    body: () => ({ doctorId: granted?.id, expiresAt: inHours(1) }),
  },
  'GET /files/:fileId/accesses': { roles: patients, only: ['owner'], status: 200 },
  'DELETE /files/:fileId/accesses/:accessId': { roles: patients, only: ['owner'], status: 204, fresh: file },
  'POST /appointments/:id/medical-reports': {
    roles: doctors,
    only: ['doctor'],
    status: 201,
    body: () => report,
  },
  'GET /medical-reports': { roles: both, status: 200 },
  'GET /appointments/:id/medical-reports': { roles: both, only: people, status: 200 },
  'GET /appointments/:id/medical-reports/:reportId': { roles: both, only: people, status: 200 },
  'GET /appointments/:id/medical-reports/:reportId/versions': { roles: both, only: people, status: 200 },
  'GET /appointments/:id/medical-reports/:reportId/pdf': { roles: both, only: people, status: 200 },
  'PUT /appointments/:id/medical-reports/:reportId': {
    roles: doctors,
    only: ['doctor'],
    status: 200,
    body: () => ({ ...report, reason: 'Correção' }),
  },
};

function form(): FormData {
  const made = new FormData();
  made.set('file', new File([new Uint8Array(pdf())], 'exame.pdf'));
  return made;
}

/** The table's name of a deployed route: without the prefix, and its id named by what it is of. */
function nameOf({ method, url }: { method: string; url: string }): string {
  const own = url.replace('/api/v1', '');
  const ids: Record<string, string> = {
    '/users/me/sessions/:id': ':sessionId',
    '/doctors/:id': ':doctorId',
    '/schedules/:id': ':scheduleId',
    '/files/:id': ':fileId',
    '/reviews/:id': ':feedbackId',
  };
  const of = Object.keys(ids).find((path) => own.includes(path));
  return `${method} ${of ? own.replace(':id', ids[of] ?? '') : own}`;
}

const guarded = system.standalone.routes.filter(({ permission }) => permission !== 'public').map(nameOf);

/** What a caller must get from a route. */
function expectedStatus(row: Row, caller: CallerName): number {
  const role = roleOf[caller];
  if (role === undefined || caller === 'suspended' || caller === 'deleted') return 401;
  if (!row.roles.includes(role)) return 403;
  return !row.only || row.only.includes(caller) ? row.status : 404;
}

function addressOf(name: string, things: Things): { method: string; url: string } {
  const [method = '', path = ''] = name.split(' ');
  const filled = path.replaceAll(/:(\w+)/g, (_, key: keyof Things) => things[key]);
  return { method, url: `${api.url}/api/v1${filled}` };
}

async function send(name: string, row: Row, by: Person | undefined, things: Things) {
  const { method, url } = addressOf(name, things);
  const body = row.body?.(things);
  const isForm = body instanceof FormData;
  const token = by?.token;
  const abort = new AbortController();
  const response = await fetch(url, {
    method,
    signal: abort.signal,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  const text = isStream ? '' : await response.text();
  if (isStream) abort.abort();
  return { status: response.status, text };
}

/**
 * Calls a route in a session that ends meanwhile: after half of the body, while a stream is open, and where neither is
 * sent or open, just before.
 */
async function sendWhileLeaving(name: string, row: Row, by: Person, things: Things) {
  const { method, url } = addressOf(name, things);
  const { accessToken, refreshToken } = await signIn(api, by.email);
  const leave = async () => {
    await api.expect(200, 'POST', '/auth/logout', { body: { refreshToken } });
    await untilNobodyTakes(system, accessToken);
  };
  const authorization = `Bearer ${accessToken}`;
  const body = row.body?.(things);
  if (body === undefined) {
    const response = await fetch(url, { method: 'GET', headers: { authorization } });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    await leave();
    // An open stream ends by itself, or this waits for ever.
    await response.text();
    if (isStream) return { status: 401, text: '' };
    const again = await fetch(url, { method, headers: { authorization } });
    return { status: again.status, text: await again.text() };
  }
  const encoded = body instanceof FormData ? new Response(body) : Response.json(body);
  const bytes = Buffer.from(await encoded.arrayBuffer());
  const headers = {
    authorization,
    'content-type': encoded.headers.get('content-type') ?? '',
    'content-length': bytes.length,
    expect: '100-continue',
  };
  const request = startRequest(url, { method, headers });
  const answered = answerTo(request);
  request.flushHeaders();
  await once(request, 'continue');
  request.write(bytes.subarray(0, bytes.length / 2));
  await leave();
  request.end(bytes.subarray(bytes.length / 2));
  return answered;
}

async function answerTo(request: ClientRequest): Promise<{ status: number; text: string }> {
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, text: await wholeText(response) };
  } catch (error) {
    // An upload is also looked at from time to time, and then its connection is cut.
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error;
    return { status: 401, text: '' };
  }
}

/** What the owner sees of the things, to tell whether a refused call changed any. */
async function stateOf({ id }: Things): Promise<string> {
  const paths = ['', '/history', '/files', '/medical-reports', '/feedbacks'].map(
    (path) => `/appointments/${id}${path}`,
  );
  const answers = await Promise.all(
    [...paths, '/users/me'].map((path) => api.expect(200, 'GET', path, { token: owner.token })),
  );
  return JSON.stringify(answers);
}

/** The caller, or who stands in for them. */
async function whoCalls(row: Row, caller: CallerName): Promise<Person | undefined> {
  const role = roleOf[caller];
  return row.standIn && role ? row.standIn(role) : callers[caller];
}

async function checkRow(name: string, row: Row): Promise<void> {
  const prepare = async (): Promise<Things> => ({ ...shared, ...(await row.fresh?.()) });
  const check = async (caller: CallerName, things: Things) => {
    const expected = expectedStatus(row, caller);
    const by = expected < 400 ? await whoCalls(row, caller) : callers[caller];
    const { status, text } = await send(name, row, by, things);
    assert.equal(status, expected, `${name} as ${caller}: ${status} ${text.slice(0, 300)}`);
    if (status < 400 && !strangers.includes(caller)) return;
    for (const secret of secrets) assert.ok(!text.includes(secret), `${name} tells ${caller} ${secret}`);
  };
  const refused = callerNames.filter((caller) => expectedStatus(row, caller) >= 400);
  const things = await prepare();
  const before = await stateOf(things);
  for (const caller of refused) await check(caller, things);
  const may = callerNames.filter((each) => !refused.includes(each));
  for (const caller of may) {
    const by = await whoCalls(row, caller);
    if (!by) continue;
    const { status, text } = await sendWhileLeaving(name, row, by, things);
    assert.equal(status, 401, `${name} as ${caller} whose session ended meanwhile: ${status} ${text}`);
  }
  assert.equal(await stateOf(things), before, `${name} changed something for who was refused`);
  for (const caller of may) {
    await check(caller, await prepare());
  }
}

/** What anyone may read without saying who they are, of a doctor who has patients. */
const open = [
  '/places',
  '/places?q=sao',
  '/specialties',
  '/insurances',
  '/doctors',
  `/doctors/${doctor.id}`,
  `/doctors/${doctor.id}/slots?limit=100`,
  `/slots/next?doctorIds=${doctor.id},${otherDoctor?.id}&limit=6`,
];

test('what anyone may read tells nothing of patients, whoever asks and with whatever token', async () => {
  const reads = system.standalone.routes.filter(
    ({ method, url, permission }) =>
      method === 'GET' && url.startsWith('/api/v1/') && permission === 'public',
  );
  const tried = open.map((path) => path.split('?')[0]?.replace(doctor.id, ':id'));
  assert.deepEqual([...new Set(tried)].sort(), reads.map(({ url }) => url.replace('/api/v1', '')).sort());
  const taken = await appointments.query<{ slot_id: string; id: string }>(
    'SELECT slot_id, id FROM appointments',
  );
  const told = [...secrets, ...taken.rows.flatMap(({ slot_id, id }) => [slot_id, id])];
  for (const path of open) {
    for (const token of [undefined, owner.token, deleted.token, 'no.token.at-all']) {
      const { status, body } = await api.call('GET', path, token === undefined ? {} : { token });
      assert.equal(status, 200, path);
      const text = JSON.stringify(body);
      for (const secret of told) assert.ok(!text.includes(secret), `${path} tells ${secret}`);
    }
  }
});

test('every guarded route is in the table, and nothing else', () => {
  assert.deepEqual(guarded.toSorted(), Object.keys(table).sort());
});

for (const round of ['first', 'again, with warm caches']) {
  suite(`who may do what, ${round}`, () => {
    for (const [name, row] of Object.entries(table)) test(name, () => checkRow(name, row));
  });
}
