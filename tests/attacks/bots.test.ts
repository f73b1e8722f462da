import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Appointment, OpenSlot } from '@consulta/contracts';
import { startTarget, whileAttacking } from '../support/attack.ts';
import { databaseOf, type Refusal, reschedule } from '../support/consultations.ts';
import { daysAhead, doctorInput, join, type Person, patientInput, publishSlots } from '../support/people.ts';

const target = await startTarget({ environment: { LOG_LEVEL: 'warn' } });
const { api } = target;
after(() => target.stop());

const times = Array.from({ length: 20 }, (_, index) => {
  const hour = String(8 + Math.floor(index / 2)).padStart(2, '0');
  return `${hour}:${index % 2 ? '30' : '00'}`;
});

/** The 40 slots of a doctor who confirms every request at once. */
async function slotsOfTrustingDoctor(): Promise<OpenSlot[]> {
  const doctor = await join(api, doctorInput());
  const settings = { token: doctor.token, body: { autoConfirm: true } };
  await api.expect(200, 'PUT', '/users/me/booking-settings', settings);
  const slots: OpenSlot[] = [];
  for (const days of [3, 4])
    slots.push(...(await publishSlots(api, doctor, times, { date: daysAhead(days) })));
  return slots;
}

/** Asks for a slot and answers how it ended: `booked`, or the code of the refusal. */
async function ask(patient: Person, slotId: string): Promise<string> {
  const { status, body } = await api.call<Appointment & Refusal>('POST', '/appointments', {
    token: patient.token,
    body: { slotId },
    headers: { prefer: 'wait=10' },
  });
  return status === 201 ? 'booked' : body.code;
}
const askAll = (patient: Person, slots: OpenSlot[]) => Promise.all(slots.map(({ id }) => ask(patient, id)));
const countBooked = (answers: string[]) => answers.filter((answer) => answer === 'booked').length;
const booked = (count: number): string[] => Array(count).fill('booked');

const [first, second] = [await slotsOfTrustingDoctor(), await slotsOfTrustingDoctor()];
const [patient, loyal] = [await join(api, patientInput()), await join(api, patientInput())];

test('one patient does not fill the agenda of a doctor who confirms at once, in turn or all at once', async () => {
  const inTurn: string[] = [];
  for (const { id } of first.slice(0, 14)) inTurn.push(await ask(patient, id));
  assert.deepEqual(inTurn, [...booked(12), 'too_many_appointments', 'too_many_appointments']);
  const { outcome } = await whileAttacking(target, 'one patient asks for every slot', () =>
    askAll(patient, first.slice(14, 35)),
  );
  assert.deepEqual([...new Set(outcome)], ['too_many_appointments']);
  assert.equal(countBooked(await askAll(patient, second.slice(20))), 3, '15 in all');
});

test('moving an appointment is none more, and one given up makes room', async () => {
  const path = '/appointments?status=confirmed&limit=100';
  const { items } = await api.expect<{ items: Appointment[] }>(200, 'GET', path, { token: patient.token });
  assert.equal(items.length, 15);
  const moved = await reschedule(api, patient, items[0]?.id ?? '', first[39]?.id);
  assert.equal(moved.status, 201);
  assert.deepEqual([await ask(patient, first[36]?.id ?? '')], ['too_many_appointments']);
  await api.expect(200, 'POST', `/appointments/${moved.body.id}/cancel`, {
    token: patient.token,
    body: { reason: 'Imprevisto' },
  });
  assert.equal(countBooked(await askAll(patient, first.slice(36, 38))), 1);
});

test('an account of some standing may hold more, and no whole agenda either', async () => {
  const users = await databaseOf(target.folder, 'users');
  await users.query("UPDATE users SET created_at = now() - interval '8 days' WHERE id = $1", [loyal.id]);
  await users.end();
  const third = await slotsOfTrustingDoctor();
  const inTurn: string[] = [];
  for (const { id } of third.slice(0, 21)) inTurn.push(await ask(loyal, id));
  assert.deepEqual(inTurn, [...booked(20), 'too_many_appointments']);
});

test('invented patients of one network get one appointment each with a doctor', async () => {
  const bots: Person[] = [];
  for (let bot = 0; bot < 20; bot += 1) bots.push(await join(api, patientInput()));
  const { outcome } = await whileAttacking(target, 'invented patients ask for every slot', () =>
    Promise.all(bots.map((bot, index) => askAll(bot, [...second, ...second].slice(index, index + 2)))),
  );
  for (const answers of outcome) assert.ok(countBooked(answers) <= 1, String(answers));
  assert.ok(outcome.flat().includes('too_many_appointments'));
});

test('administrators see that limits bite, and of nobody whom', async () => {
  const metrics = await (await fetch(`http://127.0.0.1:${target.internalPort}/metrics`)).text();
  assert.match(metrics, /consulta_booking_refusals_total\{reason="too_many_appointments"\} [1-9]/);
  const lines = target.output().split('\n');
  const line = lines.find((text) => text.includes('their patients hold as many as they may'));
  assert.ok(line, target.output());
  assert.ok(!line.includes(patient.id) && !line.includes(patient.email));
});
