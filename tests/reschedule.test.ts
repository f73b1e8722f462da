import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type {
  AccessLogEntry,
  Appointment,
  BookingSettings,
  HistoryEntry,
  MedicalFile,
  OpenSlot,
} from '@consulta/contracts';
import {
  addFile,
  book,
  conclude,
  databaseOf,
  holdDecisions,
  letPass,
  type Page,
  type Refusal,
  readAppointment,
  readContent,
  reschedule,
  sendFile,
  step,
} from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import {
  daysAhead,
  doctorAndPatient,
  doctorInput,
  join,
  type Person,
  patientInput,
  publishSlots,
} from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
const { api } = system;
const appointments = await databaseOf(system.folder, 'appointments');
after(async () => {
  await appointments.end();
  await system.stop();
});

const times = ['08:00', '08:30', '09:00', '09:30', '10:00', '10:30'];

const people = () => doctorAndPatient(api);

const refusalOf = (answer: { status: number; body: Refusal }) => [answer.status, answer.body.code];

const openSlots = async (doctor: Person) =>
  (
    await api.expect<Page<OpenSlot>>(200, 'GET', `/doctors/${doctor.id}/slots?limit=100`, {
      token: doctor.token,
    })
  ).items.map(({ id }) => id);

const historyOf = async (by: Person, id: string) => {
  const path = `/appointments/${id}/history`;
  const { items } = await api.expect<Page<HistoryEntry>>(200, 'GET', path, { token: by.token });
  return items.map(({ status, by: actor }) => `${status} ${actor}`);
};

/** Waits until a request is decided. */
const decided = (by: Person, id: string): Promise<Appointment> =>
  eventually(async () => {
    const appointment = await readAppointment(api, by, id);
    assert.notEqual(appointment.status, 'requested');
    return appointment;
  });

const changeSettings = (doctor: Person, settings: Partial<BookingSettings>) =>
  api.expect(200, 'PUT', '/users/me/booking-settings', { token: doctor.token, body: settings });

test('both appointments change together, and the slot given up is open within a second', async () => {
  const { doctor, patient, slots } = await people();
  const old = await book(api, patient, slots[0]?.id, { note: 'Trazer exames' });
  await step(api, doctor, old.id, 'confirm');
  const moved = await reschedule(api, patient, old.id, slots[1]?.id);
  const movedAtMs = Date.now();
  assert.equal(moved.status, 201);
  assert.deepEqual(
    [moved.body.status, moved.body.replacesId, moved.body.note, moved.body.slotId],
    ['awaiting_confirmation', old.id, 'Trazer exames', slots[1]?.id],
  );
  assert.equal(moved.headers.get('location'), `/api/v1/appointments/${moved.body.id}`);
  const given = await readAppointment(api, patient, old.id);
  assert.deepEqual([given.status, given.cancelledAt], ['replaced', null]);
  assert.deepEqual(await historyOf(patient, old.id), [
    'requested patient',
    'awaiting_confirmation system',
    'confirmed doctor',
    'replaced patient',
  ]);
  await eventually(async () => assert.ok((await openSlots(doctor)).includes(slots[0]?.id ?? '')));
  assert.ok(Date.now() - movedAtMs < 1_000, `the slot took ${Date.now() - movedAtMs} ms to open`);
  const next = await join(api, patientInput());
  await book(api, next, slots[0]?.id);
});

test('files go along with their grants, to another doctor too, and what was replaced takes no more', async () => {
  const { doctor, patient, slots } = await people();
  const other = await people();
  const { token } = patient;
  const old = await book(api, patient, slots[0]?.id);
  const file = await addFile(api, patient, old.id, pdf());
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const grant = { token, body: { doctorId: doctor.id, expiresAt } };
  const { id: grantId } = await api.expect<{ id: string }>(201, 'POST', `/files/${file.id}/accesses`, grant);
  const { body: moved } = await reschedule(api, patient, old.id, other.slots[3]?.id);

  const filesOf = async (id: string, by: Person) =>
    (await api.expect<Page<MedicalFile>>(200, 'GET', `/appointments/${id}/files`, { token: by.token })).items;
  assert.deepEqual(await filesOf(moved.id, patient), [{ ...file, appointmentId: moved.id }]);
  assert.deepEqual(await filesOf(moved.id, doctor), [{ ...file, appointmentId: moved.id }]);
  assert.deepEqual(await filesOf(moved.id, other.doctor), [], 'who has no grant gets none by it');
  assert.deepEqual(await filesOf(old.id, patient), []);
  assert.equal((await readContent(api, doctor, file.id)).status, 200);
  const { items: grants } = await api.expect<Page<{ id: string }>>(200, 'GET', `/files/${file.id}/accesses`, {
    token,
  });
  assert.deepEqual(
    grants.map(({ id }) => id),
    [grantId],
  );
  const late = await sendFile(api, patient, old.id, pdf());
  assert.deepEqual([late.status, ((await late.json()) as Refusal).code], [409, 'invalid_transition']);
  assert.equal((await sendFile(api, patient, moved.id, pdf())).status, 201);
  const log = await api.expect<Page<AccessLogEntry>>(200, 'GET', '/users/me/access-log?limit=100', { token });
  const changes = log.items.filter(({ action, resource }) => action === 'change' && resource.kind === 'file');
  assert.deepEqual(
    changes.map(({ actorRole, resource }) => [actorRole, resource.id, resource.appointmentId]),
    [['system', file.id, moved.id]],
  );
});

test('files stay where they are when the reschedule fails', async () => {
  const { patient, slots } = await people();
  const rival = await join(api, patientInput());
  const old = await book(api, patient, slots[0]?.id);
  const file = await addFile(api, patient, old.id, pdf());
  await book(api, rival, slots[1]?.id);
  assert.deepEqual(refusalOf(await reschedule(api, patient, old.id, slots[1]?.id)), [409, 'slot_taken']);
  const path = `/appointments/${old.id}/files`;
  const { items } = await api.expect<Page<MedicalFile>>(200, 'GET', path, { token: patient.token });
  assert.deepEqual(items, [file]);
});

test('a note written while the reschedule is undecided goes along', async () => {
  const { doctor, patient, slots } = await people();
  const old = await book(api, patient, slots[0]?.id, { note: 'Trazer exames' });
  const release = await holdDecisions(appointments, doctor.id);
  const asked = await reschedule(api, patient, old.id, slots[1]?.id, {});
  const changed = { token: patient.token, body: { note: 'Trago os exames' } };
  await api.expect(200, 'PATCH', `/appointments/${old.id}`, changed);
  await release();
  const moved = await decided(patient, asked.body.id);
  assert.deepEqual([moved.status, moved.note], ['awaiting_confirmation', 'Trago os exames']);
});

test('without waiting it is 202, and the old appointment stays until the new one is booked', async () => {
  const { doctor, patient, slots } = await people();
  const old = await book(api, patient, slots[0]?.id);
  const release = await holdDecisions(appointments, doctor.id);
  const asked = await reschedule(api, patient, old.id, slots[1]?.id, {});
  assert.deepEqual([asked.status, asked.body.status], [202, 'requested']);
  assert.equal((await readAppointment(api, patient, old.id)).status, 'awaiting_confirmation');
  const twice = await reschedule(api, patient, old.id, slots[2]?.id);
  assert.deepEqual(refusalOf(twice), [409, 'reschedule_pending']);
  await release();
  assert.equal((await decided(patient, asked.body.id)).status, 'awaiting_confirmation');
  assert.equal((await readAppointment(api, patient, old.id)).status, 'replaced');
  const late = await reschedule(api, patient, old.id, slots[3]?.id);
  assert.deepEqual(refusalOf(late), [409, 'invalid_transition']);
});

test('when the old one is closed meanwhile, by either, the new request falls and its slot stays free', async () => {
  for (const closing of ['patient cancels', 'doctor declines', 'deadline'] as const) {
    const { doctor, patient, slots } = await people();
    const old = await book(api, patient, slots[0]?.id);
    const release = await holdDecisions(appointments, doctor.id);
    const asked = await reschedule(api, patient, old.id, slots[1]?.id, {});
    assert.equal(asked.status, 202);
    if (closing === 'patient cancels') await step(api, patient, old.id, 'cancel', { reason: 'Viagem' });
    else if (closing === 'doctor declines') await step(api, doctor, old.id, 'decline', { reason: 'Férias' });
    else await letConfirmationExpire(old.id, patient);
    await release();
    const fallen = await decided(patient, asked.body.id);
    assert.deepEqual([fallen.status, fallen.statusReason], ['rejected', 'original_closed'], closing);
    await eventually(async () => assert.equal((await openSlots(doctor)).length, times.length));
  }
});

test('with Prefer: wait the reason is the code', async () => {
  const { doctor, patient, slots } = await people();
  const old = await book(api, patient, slots[0]?.id);
  const release = await holdDecisions(appointments, doctor.id);
  const waiting = reschedule(api, patient, old.id, slots[1]?.id);
  await eventually(async () => {
    const { rows } = await appointments.query('SELECT FROM undecided_requests WHERE replaces_id = $1', [
      old.id,
    ]);
    assert.equal(rows.length, 1);
  });
  await step(api, patient, old.id, 'cancel', { reason: 'Viagem' });
  await release();
  assert.deepEqual(refusalOf(await waiting), [409, 'original_closed']);
});

test('a slot that is lost, withdrawn or unknown leaves the old appointment as it was', async () => {
  const { doctor, patient, slots } = await people();
  const rival = await join(api, patientInput());
  const old = await book(api, patient, slots[0]?.id);
  await book(api, rival, slots[1]?.id);
  const before = await readAppointment(api, patient, old.id);
  const history = await historyOf(patient, old.id);
  const lost = await reschedule(api, patient, old.id, slots[1]?.id);
  assert.deepEqual(refusalOf(lost), [409, 'slot_taken']);

  const [gone] = await publishSlots(api, doctor, ['15:00'], { date: daysAhead(5) });
  await api.expect(204, 'DELETE', `/schedules/${gone?.scheduleId}`, { token: doctor.token });
  assert.deepEqual(refusalOf(await reschedule(api, patient, old.id, gone?.id)), [409, 'slot_withdrawn']);
  const unknown = await reschedule(api, patient, old.id, crypto.randomUUID());
  assert.deepEqual(refusalOf(unknown), [404, 'not_found']);

  assert.deepEqual(await readAppointment(api, patient, old.id), before);
  assert.deepEqual(await historyOf(patient, old.id), history);
  assert.ok(!(await openSlots(doctor)).includes(slots[0]?.id ?? ''));
});

test('another doctor’s slot may overlap the old appointment, but not one that stays', async () => {
  const { patient, slots } = await people();
  const other = await join(api, doctorInput());
  const [overlapping] = await publishSlots(api, other, ['08:15'], { slotMinutes: 30 });
  const old = await book(api, patient, slots[0]?.id);
  const staying = await book(api, patient, slots[1]?.id);
  const busy = await reschedule(api, patient, old.id, overlapping?.id);
  assert.deepEqual(refusalOf(busy), [409, 'patient_busy']);
  assert.equal((await readAppointment(api, patient, old.id)).status, 'awaiting_confirmation');
  await eventually(async () => assert.equal((await openSlots(other)).length, 1));

  await step(api, patient, staying.id, 'cancel', { reason: 'Viagem' });
  const moved = await reschedule(api, patient, old.id, overlapping?.id);
  assert.equal(moved.status, 201);
  assert.equal(moved.body.doctorId, other.id);
  assert.equal((await readAppointment(api, patient, old.id)).status, 'replaced');
});

test('only what is awaiting confirmation or confirmed can be rescheduled, by its patient alone', async () => {
  const { doctor, patient, slots } = await people();
  const stranger = await join(api, patientInput());
  const [concluded, missed, cancelled, declined] = await Promise.all(
    slots.slice(0, 4).map((slot) => book(api, patient, slot.id)),
  );
  const target = slots[5]?.id;
  assert.deepEqual(refusalOf(await reschedule(api, stranger, concluded?.id ?? '', target)), [
    404,
    'not_found',
  ]);
  assert.deepEqual(refusalOf(await reschedule(api, doctor, concluded?.id ?? '', target)), [403, 'forbidden']);
  await conclude(api, doctor, concluded?.id ?? '');
  await step(api, doctor, missed?.id ?? '', 'confirm');
  await letPass(appointments, missed?.id ?? '');
  await step(api, doctor, missed?.id ?? '', 'no-show');
  await step(api, doctor, cancelled?.id ?? '', 'cancel', { reason: 'Congresso' });
  await step(api, doctor, declined?.id ?? '', 'decline', { reason: 'Férias' });
  const release = await holdDecisions(appointments, doctor.id);
  const undecided = await api.expect<Appointment>(202, 'POST', '/appointments', {
    token: patient.token,
    body: { slotId: slots[4]?.id },
  });
  for (const each of [concluded, missed, cancelled, declined, undecided]) {
    const answer = await reschedule(api, patient, each?.id ?? '', target);
    assert.deepEqual(refusalOf(answer), [409, 'invalid_transition'], String(each?.status));
  }
  await release();
});

test('the same key moves once and answers the same again, also when it is done', async () => {
  const { patient, slots } = await people();
  const old = await book(api, patient, slots[0]?.id);
  const headers = { prefer: 'wait=10', 'idempotency-key': 'mudar-1' };
  const first = await reschedule(api, patient, old.id, slots[1]?.id, headers);
  const again = await reschedule(api, patient, old.id, slots[1]?.id, headers);
  assert.deepEqual([first.status, again.status, again.body.id], [201, 201, first.body.id]);
  const other = await reschedule(api, patient, old.id, slots[2]?.id, headers);
  assert.deepEqual(refusalOf(other), [422, 'idempotency_key_reused']);
});

test('of ten who move the same appointment at once one succeeds', async () => {
  const { doctor, patient, slots } = await people();
  const old = await book(api, patient, slots[0]?.id);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => reschedule(api, patient, old.id, slots[1 + (i % 5)]?.id)),
  );
  const won = answers.filter(({ status }) => status === 201);
  assert.equal(won.length, 1);
  // Two of each ask for the same slot: whoever comes after the winner may find it theirs.
  const fair = ['reschedule_pending', 'invalid_transition', 'original_closed', 'already_yours'];
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    assert.ok(fair.includes(answer.body.code), answer.body.code);
  }
  await eventually(async () => assert.equal((await openSlots(doctor)).length, times.length - 1));
});

test('with autoConfirm the booking is confirmed at once, and so is a replacement', async () => {
  const { doctor, patient, slots } = await people();
  await changeSettings(doctor, { autoConfirm: true });
  const booked = await book(api, patient, slots[0]?.id);
  assert.equal(booked.status, 'confirmed');
  assert.ok(booked.confirmedAt);
  const moved = await reschedule(api, patient, booked.id, slots[1]?.id);
  assert.deepEqual([moved.status, moved.body.status], [201, 'confirmed']);
  assert.deepEqual(await historyOf(patient, moved.body.id), ['requested patient', 'confirmed system']);
});

/** Lets the doctor's time for confirming be over, and waits for what follows. */
async function letConfirmationExpire(id: string, patient: Person): Promise<Appointment> {
  const { rowCount } = await appointments.query(
    "UPDATE appointments SET confirm_by = now() - interval '1 second' WHERE id = $1 AND confirm_by IS NOT NULL",
    [id],
  );
  assert.equal(rowCount, 1, 'the appointment has a time to be confirmed by');
  return eventually(async () => {
    const appointment = await readAppointment(api, patient, id);
    assert.equal(appointment.status, 'declined');
    return appointment;
  });
}

test('what the doctor does not confirm in time is declined and its slot opens', async () => {
  const { doctor, patient, slots } = await people();
  await changeSettings(doctor, { confirmWithinHours: 2 });
  const booked = await book(api, patient, slots[0]?.id);
  const { rows } = await appointments.query<{ hours: number }>(
    'SELECT EXTRACT(epoch FROM confirm_by - booked_at)::integer / 3600 AS hours FROM appointments WHERE id = $1',
    [booked.id],
  );
  assert.equal(rows[0]?.hours, 2);
  const declined = await letConfirmationExpire(booked.id, patient);
  assert.equal(declined.statusReason, 'not_confirmed_in_time');
  await eventually(async () => assert.ok((await openSlots(doctor)).includes(slots[0]?.id ?? '')));
  const late = await api.call<Refusal>('POST', `/appointments/${booked.id}/confirm`, { token: doctor.token });
  assert.deepEqual(refusalOf(late), [409, 'invalid_transition']);
});

test('inside the notice for booking slots are hidden, refused, and no target of a reschedule', async () => {
  const { doctor, patient, slots } = await people();
  const far = await publishSlots(api, doctor, ['08:00'], { date: daysAhead(9) });
  const old = await book(api, patient, far[0]?.id);
  await changeSettings(doctor, { minBookingNoticeMinutes: 6 * 24 * 60 });
  assert.deepEqual(await openSlots(doctor), []);
  const refused = await api.call<Refusal>('POST', '/appointments', {
    token: patient.token,
    body: { slotId: slots[0]?.id },
    headers: { prefer: 'wait=10' },
  });
  assert.deepEqual(refusalOf(refused), [409, 'slot_withdrawn']);
  assert.deepEqual(refusalOf(await reschedule(api, patient, old.id, slots[0]?.id)), [409, 'slot_withdrawn']);
  assert.equal((await readAppointment(api, patient, old.id)).status, 'awaiting_confirmation');
});
