import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Appointment } from '@consulta/contracts';
import {
  book,
  conclude,
  databaseOf,
  holdDecisions,
  readAppointment,
  reschedule,
  step,
} from './support/consultations.ts';
import { doctorAndPatient, join, type Person, patientInput } from './support/people.ts';
import { startSystem } from './support/system.ts';

/* What a patient is told who asks for a slot that is theirs: not that someone else has it. */

const system = await startSystem();
const { api } = system;
const appointments = await databaseOf(system.folder, 'appointments');
after(async () => {
  await appointments.end();
  await system.stop();
});

const people = () => doctorAndPatient(api);

type Answer = Appointment & { code: string; appointmentId?: string };
const ask = (by: Person, slotId = '', headers: Record<string, string> = { prefer: 'wait=10' }) =>
  api.call<Answer>('POST', '/appointments', { token: by.token, body: { slotId }, headers });
const told = ({ status, body }: { status: number; body: Partial<Answer> }) => [
  status,
  body.code,
  body.appointmentId,
];

test('a slot that its patient holds is theirs already, in every status that holds it, with or without waiting', async () => {
  const { doctor, patient, slots } = await people();
  const { id } = await book(api, patient, slots[0]?.id);
  const isTheirs = async (status: string) => {
    for (const headers of [{}, { prefer: 'wait=10' }] as Record<string, string>[]) {
      assert.deepEqual(told(await ask(patient, slots[0]?.id, headers)), [409, 'already_yours', id], status);
    }
  };
  await isTheirs('awaiting_confirmation');
  await step(api, doctor, id, 'confirm');
  await isTheirs('confirmed');
  await conclude(api, doctor, (await book(api, patient, slots[1]?.id)).id);
  assert.equal((await ask(patient, slots[1]?.id)).body.code, 'already_yours');
  const rival = await join(api, patientInput());
  assert.deepEqual(told(await ask(rival, slots[0]?.id)), [409, 'slot_taken', undefined]);
  await step(api, patient, id, 'cancel', {});
  assert.equal((await ask(patient, slots[0]?.id)).status, 201);
});

test('a slot for which they wait is theirs already, and a repeat under one key is no second request', async () => {
  const { doctor, patient, slots } = await people();
  const release = await holdDecisions(appointments, doctor.id);
  const key = { 'idempotency-key': 'pedido-1' };
  const first = await ask(patient, slots[0]?.id, key);
  assert.equal(first.status, 202);
  assert.deepEqual(told(await ask(patient, slots[0]?.id, {})), [409, 'already_yours', first.body.id]);
  const again = await ask(patient, slots[0]?.id, key);
  assert.deepEqual([again.status, again.body.id], [202, first.body.id]);
  const rival = await ask(await join(api, patientInput()), slots[0]?.id, {});
  assert.equal(rival.status, 202, 'whether it is taken is for the decision to say');
  await release();
});

test('moving to a slot of one’s own, the same or another, says whose it is and changes nothing', async () => {
  const { patient, slots } = await people();
  const [one, other] = [await book(api, patient, slots[0]?.id), await book(api, patient, slots[1]?.id)];
  for (const [target, holder] of [
    [slots[0], one],
    [slots[1], other],
  ] as const) {
    const answer = await reschedule(api, patient, one.id, target?.id);
    assert.deepEqual(told(answer), [409, 'already_yours', holder.id]);
  }
  assert.deepEqual(await readAppointment(api, patient, one.id), one);
});

test('of equal requests at once one is booked, and the others are told which', async () => {
  const { patient, slots } = await people();
  for (const { id } of slots) {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(patient, id)));
    const [booked, ...more] = answers.filter(({ status }) => status === 201);
    assert.ok(booked && more.length === 0);
    for (const answer of answers.filter((each) => each !== booked)) {
      assert.deepEqual(told(answer), [409, 'already_yours', booked.body.id]);
    }
  }
});
