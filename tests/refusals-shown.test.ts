import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import { type ErrorCode, errorTable, type OpenSlot, type Schedule } from '@consulta/contracts';
import { createAdministrator } from '@consulta/user';
import {
  addFile,
  book,
  databaseOf,
  holdDecisions,
  reschedule,
  sendFile,
  step,
} from './support/consultations.ts';
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
 * Every code that an operation declares as its own, shown: the table below brings each about. A code that is declared and
 * not shown fails here, and so does one that is shown and not declared (the client holds answers to the document).
 */
const system = await startSystem({
  RATE_LIMITS: 'on',
  CROWDED_NETWORK: '1000',
  BOOKING_CAPS: '200,400',
  REGISTRATIONS_MAX: '1000,1000',
});
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

/** Follow from standing on a database, for every route that does. */
const ofTheDatabase: ErrorCode[] = ['unavailable', 'overloaded'];

type Answer = { status: number; body: { code?: string } };
const call = (by: Person | undefined, method: string, path: string, body?: unknown, headers = {}) =>
  api.call<{ code?: string; id: string }>(method, path, {
    ...(by ? { token: by.token } : {}),
    ...(body === undefined ? {} : { body }),
    headers,
  });
const waiting = { prefer: 'wait=10' };
const ask = (by: Person, slotId = '') => call(by, 'POST', '/appointments', { slotId }, waiting);

/* People and their things. Registrations are limited, so what spoils nobody's day is shared. */

const admin: Person = { id: '', cpf: '', email: freshEmail('admin'), token: '' };
admin.id = await createAdministrator(
  { pool: users },
  { email: admin.email, password, fullName: 'Marta Figueiredo' },
);
admin.token = (await signIn(api, admin.email)).accessToken;
const newPatient = () => join(api, patientInput());
const newDoctor = () => join(api, doctorInput());
const [patient, rival, doctor, colleague] = await Promise.all([
  newPatient(),
  newPatient(),
  newDoctor(),
  newDoctor(),
]);

// Those whom many of the requests are about: of some standing, and with doctors who confirm at once.
await users.query("UPDATE users SET created_at = now() - interval '8 days' WHERE id = ANY ($1)", [
  [patient.id, rival.id],
]);
const settle = (owner: Person, settings: Record<string, unknown> = {}) =>
  api.expect(200, 'PUT', '/users/me/booking-settings', {
    token: owner.token,
    body: { autoConfirm: true, ...settings },
  });
await Promise.all([settle(doctor), settle(colleague)]);

let day = 3;
/** Slots on a day of their own. */
const slotsOf = (owner: Person, count: number): Promise<OpenSlot[]> => {
  day += 1;
  const times = Array.from({ length: count }, (_, i) => `${String(8 + i).padStart(2, '0')}:00`);
  return publishSlots(api, owner, times, { date: daysAhead(day) });
};
const slotOf = async (owner: Person): Promise<OpenSlot> =>
  (await slotsOf(owner, 1))[0] ?? assert.fail('no slot');
const booked = async () => (await book(api, patient, (await slotOf(doctor)).id)).id;
const cancelled = async () => {
  const id = await booked();
  await step(api, patient, id, 'cancel', reason);
  return id;
};
const concluded = async () => {
  const id = await booked();
  for (const name of ['start', 'conclude']) await step(api, doctor, id, name);
  return id;
};
const reason = { reason: 'Imprevisto' };

const dateBody = (date: string, times = ['09:00']) => ({
  ...{ kind: 'date', date, times, slotMinutes: 30, timeZone: 'America/Sao_Paulo' },
});
const weeklyBody = (hour: number) => ({
  ...{ kind: 'weekly', weekdays: ['monday'], slotMinutes: 60, timeZone: 'America/Sao_Paulo' },
  ...{ startTime: `${String(hour).padStart(2, '0')}:00`, endTime: `${String(hour + 1).padStart(2, '0')}:00` },
});
const publish = (by: Person, body: unknown) => call(by, 'POST', '/schedules', body);

/** A doctor with as many weekly schedules as one may have; copies of one that are over soon, and without slots. */
async function doctorWithManySchedules(): Promise<Person> {
  const owner = await newDoctor();
  const { body } = await publish(owner, {
    ...weeklyBody(9),
    validFrom: daysAhead(300),
    validUntil: daysAhead(310),
  });
  const { rows } = await schedules.query<{ names: string }>(
    `SELECT string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns
     WHERE table_name = 'schedules' AND column_name <> 'id'`,
  );
  await schedules.query(
    `INSERT INTO schedules (${rows[0]?.names}) SELECT ${rows[0]?.names} FROM schedules, generate_series(2, 100) WHERE id = $1`,
    [body.id],
  );
  return owner;
}

/** A schedule with an appointment that holds one of its slots. */
async function takenSchedule(): Promise<string> {
  const slot = await slotOf(doctor);
  await book(api, patient, slot.id);
  return slot.scheduleId;
}

async function suspendedDoctor(): Promise<{ owner: Person; slot: OpenSlot }> {
  const owner = await newDoctor();
  const slot = await slotOf(owner);
  await api.expect(200, 'POST', `/admin/doctors/${owner.id}/suspend`, { token: admin.token, body: reason });
  await eventually(async () => {
    const { rows } = await schedules.query('SELECT bookable FROM doctors WHERE id = $1', [owner.id]);
    assert.equal(rows[0]?.bookable, false);
  });
  return { owner, slot };
}
const suspended = await suspendedDoctor();

/** The account is gone while its token still counts. */
async function withoutAccount(): Promise<Person> {
  const person = await newPatient();
  await users.query('DELETE FROM users WHERE id = $1', [person.id]);
  return person;
}

/** Repeats a request until its count is full. */
async function again(times: number, request: () => Promise<Answer>): Promise<Answer> {
  for (let i = 1; i < times; i += 1) await request();
  return request();
}

/** What a slot that is lost this way is answered with. */
const lost: Partial<Record<ErrorCode, () => Promise<OpenSlot>>> = {
  slot_taken: async () => {
    const slot = await slotOf(doctor);
    await book(api, rival, slot.id);
    return slot;
  },
  slot_withdrawn: async () => {
    const slot = await slotOf(doctor);
    await api.expect(204, 'DELETE', `/schedules/${slot.scheduleId}`, { token: doctor.token });
    return slot;
  },
  patient_busy: async () => {
    const slot = await slotOf(doctor);
    await book(api, patient, slot.id);
    const date = daysAhead(day);
    return (await publishSlots(api, colleague, ['08:00'], { date }))[0] ?? assert.fail('no slot');
  },
  doctor_unavailable: async () => suspended.slot,
  already_yours: async () => {
    const slot = await slotOf(doctor);
    await book(api, patient, slot.id);
    return slot;
  },
};
type Shown = Partial<Record<ErrorCode, () => Promise<Answer>>>;
const whenLost = (answer: (slot: OpenSlot) => Promise<Answer>): Shown =>
  Object.fromEntries(Object.entries(lost).map(([code, lose]) => [code, async () => answer(await lose())]));

/** A patient who has just registered and holds so many appointments with one doctor, who has one slot more. */
async function patientWithMany(
  autoConfirm: boolean,
  count: number,
): Promise<{ who: Person; slots: OpenSlot[] }> {
  const [who, owner] = await Promise.all([newPatient(), newDoctor()]);
  await settle(owner, { autoConfirm });
  const slots = await slotsOf(owner, count + 1);
  for (const { id } of slots.slice(0, count)) await book(api, who, id);
  return { who, slots };
}

/** An appointment whose doctor's notice for cancelling has passed. */
async function inNotice(): Promise<string> {
  await settle(colleague, { minCancelNoticeMinutes: 525_600 });
  return (await book(api, patient, (await slotOf(colleague)).id)).id;
}

async function closedMeanwhile(): Promise<Answer> {
  const [old, slot] = [await booked(), await slotOf(doctor)];
  const release = await holdDecisions(appointments, doctor.id);
  const asked = reschedule(api, patient, old, slot.id);
  await eventually(async () => {
    const undecided = 'SELECT FROM undecided_requests WHERE replaces_id = $1';
    assert.equal((await appointments.query(undecided, [old])).rowCount, 1);
  });
  await step(api, patient, old, 'cancel', reason);
  await release();
  return asked;
}

async function pendingMeanwhile(): Promise<Answer> {
  const [old, [first, second]] = [await booked(), await slotsOf(doctor, 2)];
  const release = await holdDecisions(appointments, doctor.id);
  await reschedule(api, patient, old, first?.id, {});
  const asked = await reschedule(api, patient, old, second?.id, {});
  await release();
  return asked;
}

const report = { title: 'Relatório', body: 'Em acompanhamento.' };
const key = { 'idempotency-key': 'chave-1' };
/** A report whose content was changed in the database, of a patient who is gone. */
async function damagedReport(): Promise<{ owner: Person; path: string; id: string }> {
  const owner = await newPatient();
  const { id: appointmentId } = await book(api, owner, (await slotOf(doctor)).id);
  const path = `/appointments/${appointmentId}/medical-reports`;
  const { id } = (await call(doctor, 'POST', path, report, key)).body;
  const client = await appointments.connect();
  await client.query("SET session_replication_role = 'replica'");
  await client.query(
    "UPDATE medical_report_versions SET content_sealed = content_sealed || '\\x00' WHERE report_id = $1",
    [id],
  );
  client.release(true);
  await users.query('DELETE FROM users WHERE id = $1', [owner.id]);
  return { owner, path, id };
}
let damaged: ReturnType<typeof damagedReport> | undefined;
const ofDamaged =
  (method: string, rest: string, body?: unknown, headers = {}) =>
  async () => {
    damaged ??= damagedReport();
    const { path, id } = await damaged;
    return call(doctor, method, `${path}${rest.replace(':id', id)}`, body, headers);
  };

type Made = { status: number; body: { code?: string; id: string } };
async function upload(appointmentId: string, headers = {}): Promise<Made> {
  const response = await sendFile(api, patient, appointmentId, pdf(), 'exame.pdf', headers);
  return { status: response.status, body: (await response.json()) as Made['body'] };
}

/** Makes a thing under a key, deletes it, and repeats the request that made it. */
async function repeatOfDeleted(by: Person, make: () => Promise<Made>, folder: string): Promise<Answer> {
  const { body } = await make();
  await api.expect(204, 'DELETE', `${folder}/${body.id}`, { token: by.token });
  return make();
}

const wrong = { password: 'errada-errada', newPassword: 'girassol-azul-42' };
const newEmail = () => ({ email: `novo-${crypto.randomUUID()}@example.com`, password: wrong.password });
const changeMe = (by: Person, body: unknown) => call(by, 'PATCH', '/users/me', body);
const changePassword = (by: Person) => call(by, 'PUT', '/users/me/password', wrong);
const deleteMe = (by: Person, secret = wrong.password) =>
  call(by, 'DELETE', '/users/me', { password: secret });
const register = (more: Record<string, unknown>) => call(undefined, 'POST', '/users', patientInput(more));
const login = (identifier: string, secret: string) =>
  call(undefined, 'POST', '/auth/login', { identifier, password: secret });
const onCancelled = (by: Person, name: string, body?: unknown): Shown => ({
  invalid_transition: async () => call(by, 'POST', `/appointments/${await cancelled()}/${name}`, body),
});

const shown: Record<string, Shown> = {
  login: {
    invalid_credentials: () => login(patient.email, wrong.password),
    account_suspended: () => login(suspended.owner.email, password),
    too_many_attempts: () => again(11, () => login('ninguem@example.com', wrong.password)),
  },
  refreshTokens: {
    invalid_refresh_token: () => call(undefined, 'POST', '/auth/refresh', { refreshToken: 'x'.repeat(43) }),
  },
  logout: {
    invalid_refresh_token: () => call(undefined, 'POST', '/auth/logout', { refreshToken: 'x'.repeat(43) }),
  },
  registerUser: {
    email_taken: () => register({ email: patient.email }),
    cpf_taken: () => register({ cpf: patient.cpf }),
    crm_taken: async () => {
      const input = doctorInput();
      await join(api, input);
      return call(undefined, 'POST', '/users', { ...doctorInput(), doctor: input.doctor });
    },
  },
  readOwnAccount: { not_found: async () => call(await withoutAccount(), 'GET', '/users/me') },
  changeOwnAccount: {
    not_found: async () => changeMe(await withoutAccount(), { fullName: 'Ana Souza' }),
    invalid_credentials: () => changeMe(rival, newEmail()),
    too_many_attempts: async () => {
      const who = await newPatient();
      return again(11, () => changeMe(who, newEmail()));
    },
    email_taken: () => changeMe(rival, { email: patient.email, password }),
  },
  changePassword: {
    not_found: async () => changePassword(await withoutAccount()),
    invalid_credentials: () => changePassword(rival),
    too_many_attempts: async () => {
      const who = await newPatient();
      return again(11, () => changePassword(who));
    },
  },
  deleteOwnAccount: {
    not_found: async () => deleteMe(await withoutAccount()),
    invalid_credentials: () => deleteMe(rival),
    too_many_attempts: async () => {
      const who = await newPatient();
      return again(11, () => deleteMe(who));
    },
    last_administrator: () => deleteMe(admin, password),
  },
  verifyDoctor: {
    invalid_verification: () => call(admin, 'POST', `/admin/doctors/${suspended.owner.id}/verify`),
  },
  suspendDoctor: {
    invalid_verification: () => call(admin, 'POST', `/admin/doctors/${suspended.owner.id}/suspend`, reason),
  },
  reinstateDoctor: {
    invalid_verification: () => call(admin, 'POST', `/admin/doctors/${doctor.id}/reinstate`),
  },
  createSchedule: {
    schedule_overlaps: async () => {
      await publish(colleague, dateBody(daysAhead(70)));
      return publish(colleague, dateBody(daysAhead(70)));
    },
    too_many_schedules: async () =>
      publish(await doctorWithManySchedules(), { ...weeklyBody(14), validFrom: daysAhead(3) }),
    gone: () => {
      const make = () => call(colleague, 'POST', '/schedules', dateBody(daysAhead(74)), key);
      return repeatOfDeleted(colleague, make, '/schedules');
    },
  },
  replaceSchedule: {
    schedule_overlaps: async () => {
      await publish(colleague, dateBody(daysAhead(71)));
      const { body } = await publish(colleague, dateBody(daysAhead(72)));
      return call(colleague, 'PUT', `/schedules/${body.id}`, dateBody(daysAhead(71)));
    },
    too_many_schedules: async () => {
      const owner = await doctorWithManySchedules();
      const { body } = await publish(owner, dateBody(daysAhead(73)));
      return call(owner, 'PUT', `/schedules/${body.id}`, { ...weeklyBody(14), validFrom: daysAhead(3) });
    },
    schedule_has_appointments: async () => {
      const id = await takenSchedule();
      const { body } = await api.call<Schedule>('GET', `/schedules/${id}`, { token: doctor.token });
      if (body.kind !== 'date') assert.fail();
      return call(doctor, 'PUT', `/schedules/${id}`, dateBody(body.date, ['19:00']));
    },
  },
  deleteSchedule: {
    schedule_has_appointments: async () => call(doctor, 'DELETE', `/schedules/${await takenSchedule()}`),
  },
  confirmAppointment: onCancelled(doctor, 'confirm'),
  declineAppointment: onCancelled(doctor, 'decline', reason),
  startAppointment: onCancelled(doctor, 'start'),
  concludeAppointment: onCancelled(doctor, 'conclude'),
  noteNoShow: {
    ...onCancelled(doctor, 'no-show'),
    too_early: async () => call(doctor, 'POST', `/appointments/${await booked()}/no-show`),
  },
  reopenAppointment: onCancelled(doctor, 'reopen'),
  cancelAppointment: {
    ...onCancelled(patient, 'cancel', reason),
    too_late: async () => call(patient, 'POST', `/appointments/${await inNotice()}/cancel`, reason),
  },
  withdrawAppointment: {
    invalid_transition: async () => call(patient, 'DELETE', `/appointments/${await cancelled()}`),
    too_late: async () => call(patient, 'DELETE', `/appointments/${await inNotice()}`),
  },
  bookAppointment: {
    not_found: () => ask(patient, crypto.randomUUID()),
    ...whenLost(({ id }) => ask(patient, id)),
    too_many_requests_open: async () => {
      const { who, slots } = await patientWithMany(false, 10);
      return ask(who, slots.at(-1)?.id);
    },
    too_many_appointments: async () => {
      const { who, slots } = await patientWithMany(true, 12);
      return ask(who, slots.at(-1)?.id);
    },
  },
  rescheduleAppointment: {
    ...whenLost(async ({ id }) => reschedule(api, patient, await booked(), id)),
    invalid_transition: async () => reschedule(api, patient, await cancelled(), (await slotOf(doctor)).id),
    too_late: async () => reschedule(api, patient, await inNotice(), (await slotOf(doctor)).id),
    reschedule_pending: pendingMeanwhile,
    original_closed: closedMeanwhile,
    too_many_appointments: async () => {
      const { who, slots } = await patientWithMany(true, 12);
      const { id } = await book(api, who, (await slotOf(doctor)).id);
      return reschedule(api, who, id, slots.at(-1)?.id);
    },
  },
  giveFeedback: {
    appointment_not_concluded: async () =>
      call(patient, 'POST', `/appointments/${await booked()}/feedbacks`, { rating: 5 }),
    feedback_already_given: async () => {
      const path = `/appointments/${await concluded()}/feedbacks`;
      return again(2, () => call(patient, 'POST', path, { rating: 5 }));
    },
  },
  replyToReview: {
    reply_already_given: async () => {
      const path = `/appointments/${await concluded()}/feedbacks`;
      const { id } = (await call(patient, 'POST', path, { rating: 5 })).body;
      return again(2, () => call(doctor, 'POST', `/reviews/${id}/reply`, { text: 'Obrigado' }));
    },
  },
  uploadFile: {
    invalid_transition: async () => {
      const slot = await slotOf(doctor);
      await book(api, rival, slot.id);
      const rejected = await ask(patient, slot.id);
      return upload(rejected.headers.get('location')?.split('/').at(-1) ?? '');
    },
    quota_exceeded: async () => {
      const id = await booked();
      await addFile(api, patient, id, pdf());
      await appointments.query('UPDATE file_usage SET bytes = 1 << 30 WHERE patient_id = $1', [patient.id]);
      const refused = await upload(id);
      await appointments.query('UPDATE file_usage SET bytes = 0 WHERE patient_id = $1', [patient.id]);
      return refused;
    },
    gone: async () => {
      const id = await booked();
      return repeatOfDeleted(patient, () => upload(id, key), '/files');
    },
  },
  grantFileAccess: {
    gone: async () => {
      const { id } = await addFile(api, patient, await booked(), pdf());
      const path = `/files/${id}/accesses`;
      const grant = {
        doctorId: colleague.id,
        expiresAt: Temporal.Now.instant().add({ hours: 1 }).toString(),
      };
      return repeatOfDeleted(patient, () => call(patient, 'POST', path, grant, key), path);
    },
  },
  downloadFile: {
    content_damaged: async () => {
      const { id } = await addFile(api, patient, await booked(), pdf());
      await appointments.query("UPDATE files SET sha256 = sha256('x') WHERE id = $1", [id]);
      return call(patient, 'GET', `/files/${id}/content`);
    },
  },
  issueMedicalReport: {
    invalid_transition: async () =>
      call(doctor, 'POST', `/appointments/${await cancelled()}/medical-reports`, report),
    content_damaged: ofDamaged('POST', '', report, key),
  },
  listOwnMedicalReports: {
    content_damaged: async () => {
      await ofDamaged('GET', '')();
      return call(doctor, 'GET', '/medical-reports');
    },
  },
  listMedicalReports: { content_damaged: ofDamaged('GET', '') },
  readMedicalReport: { content_damaged: ofDamaged('GET', '/:id') },
  listMedicalReportVersions: { content_damaged: ofDamaged('GET', '/:id/versions') },
  printMedicalReport: { content_damaged: ofDamaged('GET', '/:id/pdf') },
  correctMedicalReport: {
    content_damaged: ofDamaged('PUT', '/:id', { ...report, reason: 'Estava danificado' }),
  },
};

const declared = system.standalone.routes.flatMap(({ schema }) =>
  (schema?.refuses ?? [])
    .filter((code) => !ofTheDatabase.includes(code))
    .map((code) => `${schema?.operationId} ${code}`),
);

test('every code that is declared is shown below, and no other', () => {
  const told = Object.entries(shown).flatMap(([name, codes]) =>
    Object.keys(codes).map((code) => `${name} ${code}`),
  );
  assert.deepEqual(told.sort(), [...new Set(declared)].sort());
});

for (const [name, codes] of Object.entries(shown)) {
  for (const [code, request] of Object.entries(codes)) {
    test(`${name} can refuse with ${code}`, async () => {
      const { status, body } = await request();
      assert.deepEqual([status, body.code], [errorTable[code as ErrorCode].status, code]);
    });
  }
}
