import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Appointment, BookingSettings, HistoryEntry } from '@consulta/contracts';
import {
  book,
  conclude,
  databaseOf,
  holdDecisions,
  letBegin,
  letPass,
  type Page,
  type Refusal,
  readAppointment,
  reschedule,
  step,
} from './support/consultations.ts';
import { doctorAndPatient, doctorInput, join, type Person } from './support/people.ts';
import { startSystem } from './support/system.ts';

/* What may be done with an appointment by the clock: its start, the notice for cancelling, and taking a step back. */

const system = await startSystem();
const { api } = system;
const appointments = await databaseOf(system.folder, 'appointments');
after(async () => {
  await appointments.end();
  await system.stop();
});

const _times = ['08:00', '08:30', '09:00', '09:30', '10:00', '10:30'];

const people = () => doctorAndPatient(api);

/** Tries one step and answers the status and, where it was refused, the code. */
async function tried(by: Person, id: string, name: string, body?: unknown) {
  const answer = await api.call<Refusal>('POST', `/appointments/${id}/${name}`, { token: by.token, body });
  return [answer.status, answer.body.code];
}

const ask = async (method: string, path: string, by: Person, body?: unknown) => {
  const answer = await api.call<Refusal>(method, path, { token: by.token, body });
  return [answer.status, answer.body.code];
};

const historyOf = async (by: Person, id: string) => {
  const path = `/appointments/${id}/history`;
  const { items } = await api.expect<Page<HistoryEntry>>(200, 'GET', path, { token: by.token });
  return items.map(({ status, by: actor }) => `${status} ${actor}`);
};

const askNotice = (doctor: Person, minCancelNoticeMinutes: number) =>
  api.expect<BookingSettings>(200, 'PUT', '/users/me/booking-settings', {
    token: doctor.token,
    body: { minCancelNoticeMinutes },
  });

/** Puts the last step of an appointment so many minutes back. */
const ageLastStep = (id: string, minutes: number) =>
  appointments.query(
    `UPDATE appointment_transitions SET at = now() - make_interval(mins => $2)
     WHERE id = (SELECT max(id) FROM appointment_transitions WHERE appointment_id = $1)`,
    [id, minutes],
  );

test('what has begun or is over its patient neither cancels nor moves, whatever the notice; its doctor cancels it', async () => {
  for (const move of [letBegin, letPass]) {
    const { doctor, patient, slots } = await people();
    const { id } = await book(api, patient, slots[0]?.id);
    await step(api, doctor, id, 'confirm');
    await move(appointments, id);
    assert.deepEqual(await tried(patient, id, 'cancel', { reason: 'Esqueci' }), [409, 'too_late']);
    assert.deepEqual(await ask('DELETE', `/appointments/${id}`, patient), [409, 'too_late']);
    const moved = await reschedule(api, patient, id, slots[1]?.id);
    assert.deepEqual([moved.status, moved.body.code], [409, 'too_late']);
    assert.deepEqual((await readAppointment(api, patient, id)).cancellableUntil, null);
    assert.equal((await step(api, doctor, id, 'cancel', { reason: 'Falta de luz' })).status, 'cancelled');
  }
});

test('an unconfirmed appointment that has begun is given up by nobody but its doctor either', async () => {
  const { patient, slots } = await people();
  const { id } = await book(api, patient, slots[0]?.id);
  await letBegin(appointments, id);
  assert.deepEqual(await tried(patient, id, 'cancel', {}), [409, 'too_late']);
});

test('a no-show is noted from the start on, not before', async () => {
  const { doctor, patient, slots } = await people();
  const { id } = await book(api, patient, slots[0]?.id);
  await step(api, doctor, id, 'confirm');
  assert.deepEqual(await tried(doctor, id, 'no-show'), [409, 'too_early']);
  assert.equal((await readAppointment(api, doctor, id)).status, 'confirmed');
  await letBegin(appointments, id);
  assert.equal((await step(api, doctor, id, 'no-show')).status, 'no_show');
});

test('start, conclude and no-show are taken back within a day, and the history keeps both', async () => {
  const steps = { start: ['start'], conclude: ['start', 'conclude'], 'no-show': ['no-show'] };
  for (const [wrong, taken] of Object.entries(steps)) {
    const { doctor, patient, slots } = await people();
    const { id } = await book(api, patient, slots[0]?.id);
    const confirmed = await step(api, doctor, id, 'confirm');
    await letBegin(appointments, id);
    for (const name of taken) await step(api, doctor, id, name);
    await ageLastStep(id, 24 * 60 - 5);
    const reopened = await step(api, doctor, id, 'reopen');
    assert.deepEqual([reopened.status, reopened.confirmedAt], ['confirmed', confirmed.confirmedAt], wrong);
    const history = await historyOf(patient, id);
    assert.deepEqual(history.slice(-2), [
      `${{ start: 'in_progress', conclude: 'concluded', 'no-show': 'no_show' }[wrong]} doctor`,
      'confirmed doctor',
    ]);
    await step(api, doctor, id, 'start');
  }
});

test('a day after the step, by others, and before any step there is nothing to take back', async () => {
  const { doctor, patient, slots } = await people();
  const other = await join(api, doctorInput());
  const { id } = await book(api, patient, slots[0]?.id);
  assert.deepEqual(await tried(doctor, id, 'reopen'), [409, 'invalid_transition']);
  await conclude(api, doctor, id);
  assert.deepEqual(await tried(other, id, 'reopen'), [404, 'not_found']);
  assert.deepEqual(await tried(patient, id, 'reopen'), [403, 'forbidden']);
  await ageLastStep(id, 24 * 60 + 1);
  assert.deepEqual(await tried(doctor, id, 'reopen'), [409, 'invalid_transition']);
  assert.equal((await readAppointment(api, doctor, id)).status, 'concluded');
});

test('feedback closes the way back, and of feedback and reopening at once one comes first', async () => {
  const { doctor, patient, slots } = await people();
  for (const { id: slotId } of slots) {
    const { id } = await book(api, patient, slotId);
    await conclude(api, doctor, id);
    const [given, reopened] = await Promise.all([
      ask('POST', `/appointments/${id}/feedbacks`, patient, { rating: 5 }),
      tried(doctor, id, 'reopen'),
    ]);
    const outcome = [given[1] ?? 'given', reopened[1] ?? 'reopened'].join(', ');
    assert.match(outcome, /^(given, invalid_transition|appointment_not_concluded, reopened)$/);
    if (reopened[0] === 409) assert.deepEqual(await tried(doctor, id, 'reopen'), [409, 'invalid_transition']);
  }
});

test('the notice in force at booking counts from the confirmation on; an unanswered request is withdrawn until its start', async () => {
  const { doctor, patient, slots } = await people();
  await askNotice(doctor, 6 * 24 * 60);
  const [strict, unanswered, movable] = [
    await book(api, patient, slots[0]?.id),
    await book(api, patient, slots[1]?.id),
    await book(api, patient, slots[2]?.id),
  ];
  await askNotice(doctor, 0);
  const lenient = await book(api, patient, slots[3]?.id);
  await askNotice(doctor, 30 * 24 * 60);
  for (const { id } of [strict, lenient]) await step(api, doctor, id, 'confirm');

  const until = async ({ id }: Appointment) => (await readAppointment(api, patient, id)).cancellableUntil;
  assert.deepEqual(await Promise.all([strict, unanswered, lenient].map(until)), [
    null,
    unanswered.startsAt,
    lenient.startsAt,
  ]);
  assert.deepEqual(await tried(patient, strict.id, 'cancel', {}), [409, 'too_late']);
  assert.deepEqual(await ask('DELETE', `/appointments/${strict.id}`, patient), [409, 'too_late']);
  const kept = await reschedule(api, patient, strict.id, slots[4]?.id);
  assert.deepEqual([kept.status, kept.body.code], [409, 'too_late']);
  for (const { id } of [unanswered, lenient]) {
    assert.equal((await step(api, patient, id, 'cancel', {})).status, 'cancelled');
  }
  assert.equal((await reschedule(api, patient, movable.id, slots[4]?.id)).status, 201);
});

test('a request that nobody decided yet is withdrawn whatever the notice', async () => {
  const { doctor, patient, slots } = await people();
  await askNotice(doctor, 30 * 24 * 60);
  const release = await holdDecisions(appointments, doctor.id);
  const asked = await api.expect<Appointment>(202, 'POST', '/appointments', {
    token: patient.token,
    body: { slotId: slots[0]?.id },
  });
  assert.equal(asked.cancellableUntil, asked.startsAt);
  const withdrawn = await api.expect<Appointment>(200, 'DELETE', `/appointments/${asked.id}`, {
    token: patient.token,
  });
  assert.deepEqual([withdrawn.status, withdrawn.cancellableUntil], ['cancelled', null]);
  await release();
});

test('with notice an appointment far enough ahead says until when, also booked by a reschedule', async () => {
  const { doctor, patient, slots } = await people();
  await askNotice(doctor, 60);
  const first = await book(api, patient, slots[0]?.id);
  const { body: moved } = await reschedule(api, patient, first.id, slots[1]?.id);
  const confirmed = await step(api, doctor, moved.id, 'confirm');
  const expected = Temporal.Instant.from(moved.startsAt).subtract({ minutes: 60 });
  assert.equal(
    Temporal.Instant.from(confirmed.cancellableUntil ?? '').epochMilliseconds,
    expected.epochMilliseconds,
  );
});

test('a confirmation is awaited until a time that is said, and only while it is awaited', async () => {
  const { doctor, patient, slots } = await people();
  const waiting = await book(api, patient, slots[0]?.id);
  const hours = (Date.parse(waiting.confirmBy ?? '') - Date.parse(waiting.decidedAt ?? '')) / 3_600_000;
  assert.equal(hours, 24);
  assert.equal((await step(api, doctor, waiting.id, 'confirm')).confirmBy, null);
});

test('a patient cancels without a reason, a doctor says why', async () => {
  const { doctor, patient, slots } = await people();
  const [first, second] = [await book(api, patient, slots[0]?.id), await book(api, patient, slots[1]?.id)];
  assert.deepEqual(await tried(doctor, first.id, 'cancel', {}), [400, 'bad_request']);
  assert.equal((await step(api, patient, second.id, 'cancel', {})).statusReason, null);
});
