import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Appointment, Problem } from '@consulta/contracts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
after(() => system.stop());
const { api } = system;

const times = ['08:00', '09:00', '10:00', '11:00', '12:00', '13:00', '14:00'];
const modesOf = (...modes: string[]) => join(api, doctorInput({}, { modes }));
const [patient, both, atDistance] = await Promise.all([
  join(api, patientInput()),
  modesOf('in_person', 'video'),
  modesOf('video'),
]);
const slots = await publishSlots(api, both, times);
const distantSlots = await publishSlots(api, atDistance, ['15:00', '16:00', '17:00']);
const freeSlot = () => slots.shift()?.id ?? assert.fail('no slot is left');
const distantSlot = () => distantSlots.shift()?.id ?? assert.fail('no slot is left');

const post = <T = Appointment>(path: string, body: object, headers: Record<string, string> = {}) =>
  api.call<T>('POST', path, { token: patient.token, body, headers: { prefer: 'wait=10', ...headers } });
const ask = async (body: object) => {
  const answer = await post('/appointments', body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
};
const move = async (id: string, body: object) => {
  const answer = await post(`/appointments/${id}/reschedule`, body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
};
const assertRefused = async (path: string, body: object) => {
  const { status, body: refusal } = await post<Problem>(path, body);
  const [fault] = refusal.errors ?? [];
  assert.deepEqual(
    [status, fault?.pointer, fault?.code],
    [400, '/mode', 'not_allowed'],
    JSON.stringify(refusal),
  );
};

test('a patient chooses how they meet a doctor who offers both, and gets the first where they do not', async () => {
  assert.equal((await ask({ slotId: freeSlot(), mode: 'video' })).mode, 'video');
  assert.equal((await ask({ slotId: freeSlot(), mode: 'in_person' })).mode, 'in_person');
  assert.equal((await ask({ slotId: freeSlot() })).mode, 'in_person');
  assert.equal((await ask({ slotId: distantSlot() })).mode, 'video');
});

test('what the doctor does not offer is refused by its name, and books nothing', async () => {
  const slotId = distantSlot();
  await assertRefused('/appointments', { slotId, mode: 'in_person' });
  assert.equal((await post('/appointments', { slotId, mode: 'telepathy' })).status, 400);
  assert.equal((await ask({ slotId, mode: 'video' })).mode, 'video');
});

test('an appointment that is moved goes on as it was, unless another way is chosen', async () => {
  const remote = await ask({ slotId: freeSlot(), mode: 'video' });
  const moved = await move(remote.id, { slotId: freeSlot() });
  assert.equal(moved.mode, 'video');
  const inPerson = await move(moved.id, { slotId: freeSlot(), mode: 'in_person' });
  assert.equal(inPerson.mode, 'in_person');
  const elsewhere = distantSlot();
  await assertRefused(`/appointments/${inPerson.id}/reschedule`, { slotId: elsewhere, mode: 'in_person' });
  assert.equal((await move(inPerson.id, { slotId: elsewhere })).mode, 'video');
});

test('a key that was used for one mode is not used for the other', async () => {
  const slotId = freeSlot();
  const headers = { 'idempotency-key': 'de-longe' };
  const first = await post('/appointments', { slotId, mode: 'video' }, headers);
  const again = await post('/appointments', { mode: 'video', slotId }, headers);
  assert.deepEqual([first.status, again.status, again.body.id], [201, 201, first.body.id]);
  assert.equal((await post('/appointments', { slotId, mode: 'in_person' }, headers)).status, 422);
});
