import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { ClaimsDecided, Schedule } from '@consulta/contracts';
import { dateInput, seedSlots, startTestService } from '../../testing/harness.ts';
import { claimSlots } from './claim.ts';
import { releaseClaims } from './release.ts';
import type { Claim } from './rules.ts';

const service = await startTestService({ now: '2026-03-02T12:00:00Z' });
after(() => service.stop());
const { pool } = service.database;
const now = Temporal.Now.instant();

const pick = <T>(items: T[]): T => {
  const item = items[Math.floor(Math.random() * items.length)];
  assert.ok(item !== undefined);
  return item;
};
const newAppointments = (count: number) => Array.from({ length: count }, () => crypto.randomUUID() as string);
const holders = async () => {
  const { rows } = await pool.query<{ slot_id: string; appointment_id: string }>(
    'SELECT slot_id, appointment_id FROM claims WHERE slot_id IS NOT NULL',
  );
  return new Map(rows.map((row) => [row.slot_id, row.appointment_id]));
};

let slots: string[] = [];
beforeEach(async () => {
  slots = await seedSlots(pool, 5, 10);
});

test('calls at once from many connections: every slot has one holder, and every answer names that one', async () => {
  for (let round = 0; round < 10; round += 1) {
    const asked = Array.from({ length: 16 }, () =>
      newAppointments(60).map((appointmentId): Claim => ({ appointmentId, slotId: pick(slots) })),
    );
    const answers = await Promise.all(asked.map((claims) => claimSlots(pool, claims, now)));
    const held = await holders();
    answers.forEach((answer, call) => {
      const claims = asked[call] ?? [];
      assert.deepEqual(
        new Set(answer.slots.map(({ slotId }) => slotId)),
        new Set(claims.map(({ slotId }) => slotId)),
      );
      for (const { slotId, heldBy, refusal } of answer.slots) {
        assert.equal(refusal, null);
        assert.equal(heldBy, held.get(slotId));
        const rivals = claims.filter((claim) => claim.slotId === slotId).map((claim) => claim.appointmentId);
        if (rivals.includes(heldBy ?? '')) assert.equal(heldBy, rivals[0], 'the first of the call has it');
      }
    });
    slots = await seedSlots(pool, 5, 10);
  }
});

test('claims and releases of the same appointments at once: released stays released, and nothing is claimed twice', async () => {
  for (let round = 0; round < 10; round += 1) {
    const appointments = newAppointments(40);
    const claims = appointments.map((appointmentId, i): Claim => ({ appointmentId, slotId: slots[i] ?? '' }));
    const shuffled = () => [...claims].sort(() => Math.random() - 0.5);
    const gone = appointments.filter(() => Math.random() < 0.5);
    await Promise.all([
      claimSlots(pool, shuffled(), now),
      claimSlots(pool, shuffled(), now),
      ...gone.map((id) => releaseClaims(pool, [id], now)),
      releaseClaims(pool, [...gone].reverse(), now),
    ]);
    const again = await claimSlots(pool, claims, now);
    assert.deepEqual([...again.released].sort(), [...gone].sort());
    const held = await holders();
    for (const { appointmentId, slotId } of claims) {
      assert.equal(held.get(slotId), gone.includes(appointmentId) ? undefined : appointmentId);
    }
    await releaseClaims(pool, appointments, now);
  }
});

test('a rival of this call takes over when the first is released while its claim is being written', async () => {
  const [slotId = ''] = slots;
  const [first = '', next = ''] = newAppointments(2);
  const releasing = await pool.connect();
  await releasing.query('BEGIN');
  await releasing.query('INSERT INTO claims (appointment_id, released_at) VALUES ($1, now())', [first]);
  const deciding = claimSlots(
    pool,
    [
      { appointmentId: first, slotId },
      { appointmentId: next, slotId },
    ],
    now,
  );
  await untilItWaits(deciding);
  await releasing.query('COMMIT');
  releasing.release();
  const decided = await deciding;
  assert.equal(decided.slots[0]?.heldBy, next);
  assert.deepEqual(decided.released, [first]);
});

/** Until `waiting` waits for a lock; fails when it ends instead. */
async function untilItWaits(waiting: Promise<unknown>): Promise<void> {
  let ended = false;
  void waiting
    .catch(() => {})
    .then(() => {
      ended = true;
    });
  for (;;) {
    const { rowCount } = await pool.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (rowCount) return;
    assert.ok(!ended, 'it did not wait');
  }
}

test('claims while the schedule is changed over and over: what is held is never withdrawn', async () => {
  const doctor = service.newDoctor();
  const mornings = dateInput({ times: ['08:00', '08:30', '09:00', '09:30'] });
  const afternoons = dateInput({ times: ['14:00', '14:30', '15:00', '15:30'] });
  const { id } = await service.expect<Schedule>(201, doctor.token, 'POST', '/schedules', mornings);
  let refused = 0;
  let changed = 0;
  let done = false;
  const change = async () => {
    for (let i = 0; !done; i += 1) {
      const { status, body } = await service.request(
        doctor.token,
        'PUT',
        `/schedules/${id}`,
        i % 2 === 0 ? afternoons : mornings,
      );
      if (status === 200) changed += 1;
      else if (status === 409 && body.code === 'schedule_has_appointments') refused += 1;
      else assert.fail(JSON.stringify(body));
    }
  };
  const claimAndRelease = async () => {
    for (let i = 0; i < 60; i += 1) {
      const { rows } = await pool.query<{ id: string }>(
        'SELECT id FROM slots WHERE schedule_id = $1 AND withdrawn_at IS NULL ORDER BY id',
        [id],
      );
      const claims = rows.map((row): Claim => ({ appointmentId: crypto.randomUUID(), slotId: row.id }));
      const decided = await claimSlots(pool, claims, service.clock.now());
      const bad = await pool.query(
        'SELECT FROM claims c JOIN slots s ON s.id = c.slot_id WHERE s.withdrawn_at IS NOT NULL',
      );
      assert.equal(bad.rowCount, 0);
      await releaseClaims(pool, heldBy(decided), service.clock.now());
    }
  };
  const changes = Promise.all([change(), change()]);
  await Promise.all([claimAndRelease(), claimAndRelease(), claimAndRelease()]).finally(() => {
    done = true;
  });
  await changes;
  assert.ok(changed > 0 && refused > 0, `${changed} changes and ${refused} refusals`);
});

const heldBy = ({ slots: decided }: ClaimsDecided) =>
  decided.map((slot) => slot.heldBy).filter((holder) => holder !== null);

test('a withdrawal on its way makes a claim wait, and then refuses it', async () => {
  const [slotId = ''] = slots;
  const withdrawing = await pool.connect();
  await withdrawing.query('BEGIN');
  await withdrawing.query('SELECT FROM slots WHERE id = $1 FOR UPDATE', [slotId]);
  const deciding = claimSlots(pool, [{ appointmentId: crypto.randomUUID(), slotId }], now);
  await untilItWaits(deciding);
  await withdrawing.query('UPDATE slots SET withdrawn_at = now() WHERE id = $1', [slotId]);
  await withdrawing.query('COMMIT');
  withdrawing.release();
  const decided = await deciding;
  assert.deepEqual([decided.slots[0]?.heldBy, decided.slots[0]?.refusal], [null, 'slot_withdrawn']);
});

test('a claim on its way makes a withdrawal wait, and then forbids it', async () => {
  const [slotId = ''] = slots;
  const claiming = await pool.connect();
  await claiming.query('BEGIN');
  await claiming.query('INSERT INTO claims (appointment_id, slot_id) VALUES ($1, $2)', [
    crypto.randomUUID(),
    slotId,
  ]);
  const withdrawal = assert.rejects(
    pool.query('UPDATE slots SET withdrawn_at = now() WHERE id = $1', [slotId]),
    { constraint: 'slots_claimed' },
  );
  await untilItWaits(withdrawal);
  await claiming.query('COMMIT');
  claiming.release();
  await withdrawal;
});
