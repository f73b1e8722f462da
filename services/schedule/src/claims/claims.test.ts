import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ClaimsDecided, ClaimsPage, OpenSlot, Schedule } from '@consulta/contracts';
import { dateInput, patientToken, startTestService } from '../../testing/harness.ts';

const service = await startTestService({ now: '2026-03-02T12:00:00Z' });
after(() => service.stop());
const { expect, ask, newDoctor } = service;
type Page<T> = { items: T[]; nextCursor: string | null };

const newAppointment = (): string => crypto.randomUUID();
const claim = (...claims: [appointmentId: string, slotId: string][]) =>
  ask<ClaimsDecided>('POST', '/internal/claims', {
    claims: claims.map(([appointmentId, slotId]) => ({ appointmentId, slotId })),
  });
const release = (...appointmentIds: string[]) => ask('POST', '/internal/claims/release', { appointmentIds });
const openSlots = async (doctorId: string) =>
  (await expect<Page<OpenSlot>>(200, patientToken(), 'GET', `/doctors/${doctorId}/slots`)).items;

async function offer(times = ['09:00', '10:00']) {
  const doctor = newDoctor();
  const schedule = await expect<Schedule>(201, doctor.token, 'POST', '/schedules', dateInput({ times }));
  const [one, two] = (await openSlots(doctor.id)).map(({ id }) => id);
  return { doctor, schedule, one: one ?? '', two: two ?? '' };
}

test('of rivals for a slot the first in the order given has it', async () => {
  const { doctor, one, two } = await offer();
  const [first, second, third] = [newAppointment(), newAppointment(), newAppointment()];
  const decided = await claim([first, one], [second, one], [third, two]);
  assert.deepEqual(
    decided.slots.map(({ slotId, heldBy, refusal }) => [slotId, heldBy, refusal]),
    [
      [one, first, null],
      [two, third, null],
    ],
  );
  assert.deepEqual(decided.released, []);
  assert.deepEqual(await openSlots(doctor.id), []);
});

test('who holds a slot keeps it, and asking again answers the same', async () => {
  const { one } = await offer();
  const [holder, rival] = [newAppointment(), newAppointment()];
  const before = await claim([holder, one]);
  assert.equal(before.slots[0]?.heldBy, holder);
  assert.deepEqual(await claim([holder, one]), before);
  assert.equal((await claim([rival, one], [holder, one])).slots[0]?.heldBy, holder);
});

test('ids in capitals are the same ids', async () => {
  const { one } = await offer();
  const holder = newAppointment();
  const decided = await claim([holder.toUpperCase(), one.toUpperCase()]);
  assert.deepEqual([decided.slots[0]?.slotId, decided.slots[0]?.heldBy], [one, holder]);
});

test("the answer carries how the slot's doctor takes bookings", async () => {
  const { doctor, one } = await offer();
  const settings = { autoConfirm: true, confirmWithinHours: null };
  await expect(200, doctor.token, 'PUT', '/users/me/booking-settings', settings);
  const [slot] = (await claim([newAppointment(), one])).slots;
  assert.deepEqual([slot?.autoConfirm, slot?.confirmWithinHours], [true, null]);
});

test('a released slot is open again, and the released appointment never gets one', async () => {
  const { doctor, one, two } = await offer();
  const [gone, next] = [newAppointment(), newAppointment()];
  await claim([gone, one]);
  await release(gone);
  assert.equal((await openSlots(doctor.id)).length, 2);
  const decided = await claim([gone, one], [gone, two], [next, one]);
  assert.deepEqual(
    decided.slots.map(({ heldBy, refusal }) => [heldBy, refusal]),
    [
      [next, null],
      [null, null],
    ],
  );
  assert.deepEqual(decided.released, [gone]);
});

test('a release that comes before its claim refuses it, and may come twice', async () => {
  const { one } = await offer();
  const early = newAppointment();
  await release(early, early);
  await release(early);
  const decided = await claim([early, one]);
  assert.equal(decided.slots[0]?.heldBy, null);
  assert.deepEqual(decided.released, [early]);
});

test('an appointment that has a slot gets no other, and does not keep it from the next in line', async () => {
  const { one, two } = await offer();
  const [greedy, modest] = [newAppointment(), newAppointment()];
  await claim([greedy, one]);
  const decided = await claim([greedy, two], [modest, two]);
  assert.equal(decided.slots[0]?.heldBy, modest);
});

test('what cannot be had is refused with its reason', async () => {
  const { doctor, one, two } = await offer();
  const unknown = crypto.randomUUID();
  await expect(
    200,
    doctor.token,
    'PUT',
    `/schedules/${(await ownSchedule(doctor.token)).id}`,
    dateInput({ times: ['10:00'] }),
  );
  const refusals = async () =>
    (await claim([newAppointment(), unknown], [newAppointment(), one], [newAppointment(), two])).slots.map(
      ({ heldBy, refusal }) => heldBy ?? refusal,
    );
  service.user.bookable.set(doctor.id, false);
  await service.database.pool.query('UPDATE doctors SET bookable = false WHERE id = $1', [doctor.id]);
  assert.deepEqual(await refusals(), ['slot_withdrawn', 'slot_withdrawn', 'doctor_unavailable']);
  await service.database.pool.query('UPDATE doctors SET bookable = true WHERE id = $1', [doctor.id]);
  service.clock.set('2026-03-10T13:00:00Z');
  assert.deepEqual(await refusals(), ['slot_withdrawn', 'slot_withdrawn', 'slot_withdrawn']);
  service.clock.set('2026-03-02T12:00:00Z');
});

const ownSchedule = async (token: string) => {
  const { items } = await expect<Page<Schedule>>(200, token, 'GET', '/schedules');
  assert.ok(items[0]);
  return items[0];
};

test('inside the notice for booking a slot is not offered and cannot be claimed', async () => {
  const { doctor, one, two } = await offer();
  // 9:00 is 8 days less 1 h away, 10:00 exactly 8 days.
  await expect(200, doctor.token, 'PUT', '/users/me/booking-settings', {
    minBookingNoticeMinutes: 8 * 24 * 60 + 30,
  });
  assert.deepEqual(
    (await openSlots(doctor.id)).map(({ id }) => id),
    [two],
  );
  const decided = await claim([newAppointment(), one], [newAppointment(), two]);
  assert.deepEqual(
    decided.slots.map(({ refusal }) => refusal),
    ['slot_withdrawn', null],
  );
});

test("the reconciler reads live claims older than a minute, page by page, in the order of appointments' ids", async () => {
  const { one, two } = await offer();
  const [a, b] = [newAppointment(), newAppointment()];
  await claim([a, one], [b, two]);
  const gone = newAppointment();
  await release(gone);
  const readAll = async () => {
    const all: ClaimsPage['claims'] = [];
    let after: string | null = null;
    do {
      const path: string = `/internal/claims?limit=2${after === null ? '' : `&after=${after}`}`;
      const page: ClaimsPage = await ask('GET', path);
      all.push(...page.claims);
      after = page.nextAfter;
    } while (after !== null);
    return all;
  };
  // The database stamps claims by its own clock.
  service.clock.set(new Date().toISOString());
  assert.ok(!(await readAll()).some(({ appointmentId }) => appointmentId === a));
  service.clock.advance({ seconds: 90 });
  const claims = await readAll();
  service.clock.set('2026-03-02T12:00:00Z');
  const ids = claims.map(({ appointmentId }) => appointmentId);
  assert.deepEqual(ids, [...new Set(ids)].sort());
  assert.deepEqual(
    claims
      .filter(({ appointmentId }) => [a, b].includes(appointmentId))
      .map(({ slotId }) => slotId)
      .sort(),
    [one, two].sort(),
  );
  assert.ok(!ids.includes(gone));
});

test('a claim or release announces the doctor only where the first open slot may be another one', async () => {
  const { doctor, one, two } = await offer();
  const { pool } = service.database;
  const announced = async () => {
    const { rowCount } = await pool.query(
      "DELETE FROM outbox WHERE topic = 'availability_changed' AND key = $1",
      [doctor.id],
    );
    return rowCount;
  };
  await pool.query("UPDATE doctors SET next_available_at = '2026-03-10T12:00:00Z' WHERE id = $1", [
    doctor.id,
  ]);
  await announced();
  const [late, early] = [newAppointment(), newAppointment()];
  await claim([late, two]);
  assert.equal(await announced(), 0);
  await release(late);
  assert.equal(await announced(), 0);
  await claim([early, one], [newAppointment(), two]);
  assert.equal(await announced(), 1);
  await pool.query('UPDATE doctors SET next_available_at = NULL WHERE id = $1', [doctor.id]);
  await release(early);
  assert.equal(await announced(), 1);
});
