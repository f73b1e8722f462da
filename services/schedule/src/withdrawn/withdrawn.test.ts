import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ClaimsDecided, Schedule, SlotFacts } from '@consulta/contracts';
import { dateInput, startTestService } from '../../testing/harness.ts';
import { deleteWithdrawn } from './worker.ts';

const { database, clock, request, expect, ask, newDoctor, stop } = await startTestService({
  slotsPerHour: 10,
});
const { pool } = database;
after(stop);

const make = (token: string, over = {}) =>
  expect<Schedule>(201, token, 'POST', '/schedules', dateInput(over));
async function slotIdsOf(scheduleId: string): Promise<string[]> {
  const { rows } = await pool.query('SELECT id FROM slots WHERE schedule_id = $1 ORDER BY starts_at', [
    scheduleId,
  ]);
  return rows.map(({ id }) => id);
}
const found = async (ids: string[]) =>
  (await ask<{ slots: SlotFacts[] }>('POST', '/internal/slots/lookup', { ids })).slots
    .map(({ id }) => id)
    .sort();
const claim = (slotId: string, appointmentId: string = crypto.randomUUID()) =>
  ask<ClaimsDecided>('POST', '/internal/claims', { claims: [{ appointmentId, slotId }] });

/** Lets slots have been withdrawn so long ago, which the tables let nobody else do. */
const age = (ids: string[], by: string) =>
  pool.query(`ALTER TABLE slots DISABLE TRIGGER slots_updated;
    UPDATE slots SET withdrawn_at = withdrawn_at - interval '${by}' WHERE id IN ('${ids.join("','")}');
    ALTER TABLE slots ENABLE TRIGGER slots_updated`);

async function deleteAll(): Promise<void> {
  let place = await deleteWithdrawn(pool, undefined, 1);
  while (place) place = await deleteWithdrawn(pool, place, 1);
}

test('a withdrawn slot is deleted after an hour, and not before', async () => {
  const { token } = newDoctor();
  const { id } = await make(token);
  const slots = await slotIdsOf(id);
  await expect(204, token, 'DELETE', `/schedules/${id}`);
  const [early = '', late = ''] = slots;
  await age([early], '61 minutes');
  await age([late], '59 minutes');
  await deleteAll();
  assert.deepEqual(await found(slots), [late]);
  assert.equal((await claim(late)).slots[0]?.refusal, 'slot_withdrawn');
});

test('a request for a slot that was deleted meanwhile is refused as one for a withdrawn slot', async () => {
  const { token } = newDoctor();
  const { id } = await make(token);
  const [slot = ''] = await slotIdsOf(id);
  await expect(204, token, 'DELETE', `/schedules/${id}`);
  await age([slot], '2 hours');
  await deleteAll();
  const { slots } = await claim(slot);
  assert.deepEqual([slots[0]?.slotId, slots[0]?.heldBy, slots[0]?.refusal], [slot, null, 'slot_withdrawn']);
});

test('slots that are offered, and those an appointment had, are never deleted', async () => {
  const { token } = newDoctor();
  const { id } = await make(token);
  const [booked = '', other = ''] = await slotIdsOf(id);
  const appointmentId = crypto.randomUUID();
  await claim(booked, appointmentId);
  await ask('POST', '/internal/claims/release', { appointmentIds: [appointmentId] });
  const { id: offered } = await make(token, { date: '2026-03-11' });
  await expect(204, token, 'DELETE', `/schedules/${id}`);
  await age([booked, other], '2 hours');
  await deleteAll();
  const left = [booked, ...(await slotIdsOf(offered))];
  assert.deepEqual(await found([other, ...left]), left.sort());
  await assert.rejects(pool.query('DELETE FROM slots WHERE id = ANY ($1)', [left]), {
    constraint: 'never_deleted',
  });
});

test('a doctor may have so many slots made in an hour, however many requests come at once', async () => {
  const { token } = newDoctor();
  const dates = Array.from({ length: 12 }, (_, day) => `2026-04-${String(day + 1).padStart(2, '0')}`);
  const answers = await Promise.all(
    dates.map((date) => request(token, 'POST', '/schedules', dateInput({ date }))),
  );
  const refused = answers.filter(({ status }) => status === 429);
  assert.deepEqual([answers.filter(({ status }) => status === 201).length, refused.length], [5, 7]);
  assert.equal(refused[0]?.body.code, 'rate_limited');
  assert.equal(refused[0]?.headers['retry-after'], '3600');
  const made = answers.find(({ status }) => status === 201)?.body as unknown as Schedule;
  await expect(204, token, 'DELETE', `/schedules/${made.id}`);
  assert.equal((await request(token, 'POST', '/schedules', dateInput({ date: '2026-05-01' }))).status, 429);
  assert.equal((await request(newDoctor().token, 'POST', '/schedules', dateInput())).status, 201);
  clock.advance({ hours: 1 });
  assert.equal((await request(token, 'POST', '/schedules', dateInput({ date: '2026-05-01' }))).status, 201);
});
