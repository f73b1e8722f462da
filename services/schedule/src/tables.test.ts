import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { platformMigrations } from '@consulta/platform/database';
import { createTestDatabase } from '@consulta/platform/testing';
import { seedSlots } from '../testing/harness.ts';
import { scheduleMigrations } from './migrations.ts';

const { pool, drop } = await createTestDatabase([platformMigrations, scheduleMigrations]);
after(drop);

const claim = (slotId: string | undefined, appointmentId: string = crypto.randomUUID()) =>
  pool
    .query('INSERT INTO claims (appointment_id, slot_id) VALUES ($1, $2)', [appointmentId, slotId])
    .then(() => appointmentId);
const withdraw = (slotId: string | undefined) =>
  pool.query('UPDATE slots SET withdrawn_at = now() WHERE id = $1', [slotId]);
const refused = (constraint: string, work: Promise<unknown>) => assert.rejects(work, { constraint });
const addSlot = (like: string | undefined, from: string, to: string) =>
  pool.query(
    `INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
     SELECT schedule_id, doctor_id, starts_at + $2::interval, starts_at + $3::interval FROM slots WHERE id = $1`,
    [like, from, to],
  );

test("the tables refuse a second live slot at a doctor's time, until the first is withdrawn", async () => {
  const [slot] = await seedSlots(pool, 1, 1);
  await refused('slots_doctor_free', addSlot(slot, '10 minutes', '15 minutes'));
  await addSlot(slot, '30 minutes', '40 minutes');
  await withdraw(slot);
  await addSlot(slot, '10 minutes', '15 minutes');
});

test('the tables refuse a second claim of a slot and a second slot of an appointment', async () => {
  const [one, two] = await seedSlots(pool, 1, 2);
  const appointmentId = await claim(one);
  await refused('claims_slot', claim(one));
  await refused('claims_pkey', claim(two, appointmentId));
});

test('the tables refuse a claim of a slot that is withdrawn or was never made', async () => {
  const [slot] = await seedSlots(pool, 1, 1);
  await withdraw(slot);
  await refused('claims_live_slot', claim(slot));
  await refused('claims_live_slot', claim(crypto.randomUUID()));
});

test('the tables refuse to withdraw a claimed slot, until its claim is released', async () => {
  const [slot] = await seedSlots(pool, 1, 1);
  const appointmentId = await claim(slot);
  await refused('slots_claimed', withdraw(slot));
  await pool.query('UPDATE claims SET slot_id = NULL, released_at = now() WHERE appointment_id = $1', [
    appointmentId,
  ]);
  await withdraw(slot);
});

test('the tables refuse to alter, restore or delete a slot', async () => {
  const [slot] = await seedSlots(pool, 1, 1);
  const change = (what: string) => pool.query(`UPDATE slots SET ${what} WHERE id = $1`, [slot]);
  await refused('slots_immutable', change("starts_at = starts_at - interval '5 minutes'"));
  await refused('slots_immutable', change('doctor_id = uuidv7()'));
  await withdraw(slot);
  await refused('slots_immutable', change('withdrawn_at = NULL'));
  await refused('never_deleted', pool.query('DELETE FROM slots WHERE id = $1', [slot]));
});

test('the tables keep a release for good', async () => {
  const [one, two] = await seedSlots(pool, 1, 2);
  const appointmentId = await claim(one);
  const change = (what: string) =>
    pool.query(`UPDATE claims SET ${what} WHERE appointment_id = $1`, [appointmentId]);
  await refused(
    'claims_released_for_good',
    pool.query('UPDATE claims SET slot_id = $1 WHERE appointment_id = $2', [two, appointmentId]),
  );
  await change('slot_id = NULL, released_at = now()');
  await refused('claims_pkey', claim(two, appointmentId));
  await refused('claims_released_for_good', change('released_at = NULL, slot_id = NULL'));
  await refused('never_deleted', pool.query('DELETE FROM claims WHERE appointment_id = $1', [appointmentId]));
});

test('the tables refuse a slot that ends before it starts and a schedule that is of no kind or of both', async () => {
  const [slot] = await seedSlots(pool, 1, 1);
  await refused('slots_check', addSlot(slot, '60 minutes', '60 minutes'));
  const schedule = (what: string) => pool.query(`UPDATE schedules SET ${what}`);
  await refused('schedules_one_kind', schedule('times = NULL'));
  await refused('schedules_one_kind', schedule("start_time = '08:00'"));
  await refused('schedules_one_kind', schedule("kind = 'weekly'"));
  await refused('schedules_deleted_are_inactive', schedule('deleted_at = now()'));
});
