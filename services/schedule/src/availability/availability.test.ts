import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { NextAvailable, Schedule } from '@consulta/contracts';
import { dateInput, startTestService } from '../../testing/harness.ts';
import { refreshAvailability, refreshDueAvailability } from './refresh.ts';

const service = await startTestService({ now: '2026-03-02T12:00:00Z' });
after(() => service.stop());
const { expect, ask, newDoctor, clock } = service;
const { pool } = service.database;

const nine = '2026-03-10T12:00:00.000Z';
const ten = '2026-03-10T13:00:00.000Z';

async function offer() {
  const doctor = newDoctor();
  const schedule = await expect<Schedule>(201, doctor.token, 'POST', '/schedules', dateInput());
  const { rows } = await pool.query<{ id: string }>(
    'SELECT id FROM slots WHERE schedule_id = $1 ORDER BY starts_at',
    [schedule.id],
  );
  return { doctor, schedule, slotIds: rows.map(({ id }) => id) };
}
const firstOpen = async (doctorId: string) => {
  const { doctors } = await ask<NextAvailable>('POST', '/internal/doctors/next-available', {
    ids: [doctorId],
  });
  return doctors[0]?.nextAvailableAt;
};
const claim = async (slotId: string | undefined) => {
  const appointmentId = crypto.randomUUID();
  await ask('POST', '/internal/claims', { claims: [{ appointmentId, slotId }] });
  return appointmentId;
};
/** How often the user service was told of another first slot since the last look. */
const told = async (doctorId: string) => {
  const { rowCount } = await pool.query(
    "DELETE FROM outbox WHERE topic = 'next_available_changed' AND key = $1",
    [doctorId],
  );
  return rowCount;
};

test('the first open slot is found whatever was claimed, for several doctors at once', async () => {
  const [one, two] = [await offer(), await offer()];
  await claim(one.slotIds[0]);
  const unknown = crypto.randomUUID();
  const ids = [unknown, two.doctor.id, one.doctor.id];
  const { doctors } = await ask<NextAvailable>('POST', '/internal/doctors/next-available', { ids });
  assert.deepEqual(doctors, [
    { doctorId: unknown, nextAvailableAt: null },
    { doctorId: two.doctor.id, nextAvailableAt: nine },
    { doctorId: one.doctor.id, nextAvailableAt: ten },
  ]);
});

test('a slot that is over, inside the notice, or of a doctor who may not be booked is not the first', async () => {
  const { doctor } = await offer();
  clock.set(nine);
  assert.equal(await firstOpen(doctor.id), ten);
  clock.set('2026-03-02T12:00:00Z');
  await expect(200, doctor.token, 'PUT', '/users/me/booking-settings', {
    minBookingNoticeMinutes: 8 * 24 * 60,
  });
  assert.equal(await firstOpen(doctor.id), ten);
  await pool.query('UPDATE doctors SET bookable = false WHERE id = $1', [doctor.id]);
  assert.equal(await firstOpen(doctor.id), null);
});

test('the user service is told once of each change of the first open slot, and of nothing else', async () => {
  const { doctor, slotIds } = await offer();
  const refresh = () => refreshAvailability(pool, [doctor.id], clock.now());
  await refresh();
  assert.equal(await told(doctor.id), 1);
  await refresh();
  assert.equal(await told(doctor.id), 0);
  const late = await claim(slotIds[1]);
  await refresh();
  assert.equal(await told(doctor.id), 0);
  await ask('POST', '/internal/claims/release', { appointmentIds: [late] });
  await claim(slotIds[0]);
  await refresh();
  assert.equal(await told(doctor.id), 1);
  await claim(slotIds[1]);
  await refresh();
  assert.equal(await told(doctor.id), 1);
});

test('a change is looked at again soon, and everything once in a while', async () => {
  const { doctor, slotIds } = await offer();
  await refreshAvailability(pool, [doctor.id], clock.now());
  await told(doctor.id);
  // A claim that was being committed while the slot was found to be the first: nobody announced it.
  await pool.query('INSERT INTO claims (appointment_id, slot_id) VALUES (uuidv7(), $1)', [slotIds[0]]);
  const later = (by: Temporal.DurationLike) => refreshDueAvailability(pool, 100, clock.now().add(by));
  await later({ seconds: 0 });
  assert.equal(await told(doctor.id), 0);
  await later({ seconds: 3 });
  assert.equal(await told(doctor.id), 1);
  await later({ seconds: 30 });
  assert.equal(await told(doctor.id), 0);
  // A message that got lost.
  await pool.query('INSERT INTO claims (appointment_id, slot_id) VALUES (uuidv7(), $1)', [slotIds[1]]);
  await later({ minutes: 5 });
  assert.equal(await told(doctor.id), 0);
  await later({ minutes: 11 });
  assert.equal(await told(doctor.id), 1);
});

test('a slot that has begun is no longer the first, without anybody saying so', async () => {
  const { doctor } = await offer();
  await refreshAvailability(pool, [doctor.id], clock.now());
  await told(doctor.id);
  await refreshDueAvailability(pool, 100, Temporal.Instant.from(nine));
  assert.equal(await told(doctor.id), 1);
  const { rows } = await pool.query('SELECT next_available_at FROM doctors WHERE id = $1', [doctor.id]);
  assert.equal(rows[0].next_available_at.toISOString(), ten);
});

test('refreshing the same doctors from many connections tells of a change once', async () => {
  const offers = await Promise.all(Array.from({ length: 10 }, offer));
  const ids = offers.map(({ doctor }) => doctor.id);
  await Promise.all(
    Array.from({ length: 12 }, (_, i) => {
      const some = i % 2 === 0 ? ids : [...ids].reverse();
      return refreshAvailability(pool, some, clock.now());
    }),
  );
  for (const id of ids) assert.equal(await told(id), 1);
});
