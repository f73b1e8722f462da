import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ClaimsDecided, OpenSlot } from '@consulta/contracts';
import { dateInput, patientToken, startTestService, until } from '../../testing/harness.ts';

const service = await startTestService({ now: '2026-03-02T12:00:00Z', withBus: true });
after(() => service.stop());
const { request, expect, ask, newDoctor, user, bus } = service;

const openSlots = async (doctorId: string) =>
  (await expect<{ items: OpenSlot[] }>(200, patientToken(), 'GET', `/doctors/${doctorId}/slots`)).items;
const announce = (doctorId: string) =>
  bus.publish('doctor_bookability_changed', [{ id: crypto.randomUUID(), key: doctorId }]);

test('a doctor who just registered offers slots at once', async () => {
  const doctor = newDoctor();
  await expect(201, doctor.token, 'POST', '/schedules', dateInput());
  assert.equal((await openSlots(doctor.id)).length, 2);
});

test('a doctor who may not be booked, or is gone, may plan but offers nothing', async () => {
  const [suspended, gone] = [newDoctor(false), newDoctor('unknown')];
  for (const { token } of [suspended, gone]) await expect(201, token, 'POST', '/schedules', dateInput());
  assert.deepEqual(await openSlots(suspended.id), []);
  await expect(404, patientToken(), 'GET', `/doctors/${gone.id}/slots`);
});

test('a doctor never met cannot plan while the user service is out of reach, and nothing is kept', async () => {
  const [met, stranger] = [newDoctor(), newDoctor()];
  await expect(201, met.token, 'POST', '/schedules', dateInput());
  user.state.reachable = false;
  const refused = await request(stranger.token, 'POST', '/schedules', dateInput());
  const still = await request(met.token, 'POST', '/schedules', dateInput({ times: ['15:00'] }));
  user.state.reachable = true;
  assert.equal(refused.status, 503);
  assert.equal(refused.body.code, 'unavailable');
  assert.equal(still.status, 201);
  await expect(201, stranger.token, 'POST', '/schedules', dateInput());
});

test('verified, suspended and reinstated: slots follow, and claims are refused meanwhile', async () => {
  await service.service.start();
  const doctor = newDoctor(false);
  await expect(201, doctor.token, 'POST', '/schedules', dateInput());
  const turn = async (bookable: boolean) => {
    user.bookable.set(doctor.id, bookable);
    await announce(doctor.id);
    return until(
      () => openSlots(doctor.id),
      (slots) => slots.length > 0 === bookable,
    );
  };
  const [slot] = await turn(true);
  await turn(false);
  const decided = await ask<ClaimsDecided>('POST', '/internal/claims', {
    claims: [{ appointmentId: crypto.randomUUID(), slotId: slot?.id }],
  });
  assert.deepEqual([decided.slots[0]?.heldBy, decided.slots[0]?.refusal], [null, 'doctor_unavailable']);
  assert.equal((await turn(true)).length, 2);
  await service.service.stop();
});

test('what was missed while nobody listened is healed at the start', async () => {
  const doctor = newDoctor(false);
  await expect(201, doctor.token, 'POST', '/schedules', dateInput());
  user.bookable.set(doctor.id, true);
  assert.deepEqual(await openSlots(doctor.id), []);
  await service.service.start();
  await until(
    () => openSlots(doctor.id),
    (slots) => slots.length === 2,
  );
});

test('who deleted their account has no schedule left, and a slot that was taken is not offered when it comes free', async () => {
  await service.service.start();
  const doctor = newDoctor();
  for (const date of ['2026-03-10', '2026-03-11']) {
    await expect(201, doctor.token, 'POST', '/schedules', dateInput({ date }));
  }
  const [slot] = await openSlots(doctor.id);
  const appointmentId = crypto.randomUUID();
  await ask('POST', '/internal/claims', { claims: [{ appointmentId, slotId: slot?.id }] });
  user.deleted.add(doctor.id);
  await announce(doctor.id);
  await announce(doctor.id);
  const schedules = () => expect<{ items: unknown[] }>(200, doctor.token, 'GET', '/schedules');
  await until(schedules, ({ items }) => items.length === 0);
  const live = async () =>
    (
      await service.database.pool.query(
        'SELECT id FROM slots WHERE doctor_id = $1 AND withdrawn_at IS NULL',
        [doctor.id],
      )
    ).rows;
  assert.deepEqual(await live(), [{ id: slot?.id }]);
  await ask('POST', '/internal/claims/release', { appointmentIds: [appointmentId] });
  assert.deepEqual(await openSlots(doctor.id), []);
  await service.service.stop();
});
