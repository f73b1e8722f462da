import assert from 'node:assert/strict';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import type { Appointment } from '@consulta/contracts';
import { openPool, violatedConstraint } from '@consulta/platform/database';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { insertUsersInBulk, openSessionsInBulk, tokenSigner } from '@consulta/user/seeding';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

const rivalsTotal = 500;
const system = await startSystem();
const { api } = system;
const poolOf = async (name: string) =>
  openPool({ url: await runningDatabaseUrl(joinPath(system.folder, 'postgres'), name), connectionsMax: 2 });
const [users, schedules, appointments] = await Promise.all(
  ['users', 'schedules', 'appointments'].map(poolOf),
);
after(async () => {
  await Promise.all([users, schedules, appointments].map((pool) => pool?.end()));
  await system.stop();
});

type Outcome = { status: number; body: Appointment & { code?: string } };

const book = (token: string, slotId: string): Promise<Outcome> =>
  api.call<Outcome['body']>('POST', '/appointments', {
    token,
    body: { slotId },
    headers: { prefer: 'wait=10' },
  });

/** Patients with sessions, without the cost of a password each. */
async function makePatients(count: number): Promise<{ id: string; token: string }[]> {
  if (!users) throw new Error('no database');
  const ids = await insertUsersInBulk(
    users,
    Array.from({ length: count }, () => patientInput() as never),
    'no password',
  );
  const sessions = await openSessionsInBulk(users, ids);
  const sign = await tokenSigner(users, await openKeyRingFile(joinPath(system.folder, 'keys.json')));
  return Promise.all(
    ids.map(async (id, index) => ({
      id,
      token: await sign({ userId: id, role: 'patient', sessionId: sessions[index] ?? '' }),
    })),
  );
}

test('of 500 who want one slot at once exactly one gets it and 499 are told so, 20 times over', async () => {
  const doctor = await join(api, doctorInput());
  const times = Array.from(
    { length: 20 },
    (_, i) => `${String(8 + Math.floor(i / 2)).padStart(2, '0')}:${i % 2 ? '30' : '00'}`,
  );
  const slots = await publishSlots(api, doctor, times);
  const patients = await makePatients(rivalsTotal);
  assert.equal(slots.length, 20);
  for (const slot of slots) {
    const outcomes = await Promise.all(patients.map(({ token }) => book(token, slot.id)));
    const won = outcomes.filter(({ status }) => status === 201);
    const refused = outcomes.filter(({ status, body }) => status === 409 && body.code === 'slot_taken');
    assert.deepEqual([won.length, refused.length], [1, rivalsTotal - 1]);
    const { rows } = await (appointments ?? assert.fail()).query(
      'SELECT FROM appointments WHERE slot_id = $1',
      [slot.id],
    );
    assert.equal(rows.length, 1);
  }
});

test("a patient's overlapping slots with two doctors are never both held", async () => {
  const doctors = [await join(api, doctorInput()), await join(api, doctorInput())] as const;
  const times = ['08:00', '09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00'];
  const first = await publishSlots(api, doctors[0], times, { slotMinutes: 30 });
  const second = await publishSlots(api, doctors[1], times, { slotMinutes: 60 });
  const patients = await makePatients(8);
  const outcomes = await Promise.all(
    patients.map(({ token }, index) =>
      Promise.all([book(token, first[index]?.id ?? ''), book(token, second[index]?.id ?? '')]),
    ),
  );
  for (const pair of outcomes) {
    assert.deepEqual(pair.map(({ status }) => status).sort(), [201, 409]);
    assert.equal(pair.find(({ status }) => status === 409)?.body.code, 'patient_busy');
  }
});

test('who falls leaves the slot to the next in line', async () => {
  const doctors = [await join(api, doctorInput()), await join(api, doctorInput())] as const;
  const [wanted] = await publishSlots(api, doctors[0], ['09:00']);
  const [elsewhere] = await publishSlots(api, doctors[1], ['09:00']);
  const [busy, next] = await makePatients(2);
  assert.equal((await book(busy?.token ?? '', elsewhere?.id ?? '')).status, 201);
  const fallen = await api.expect<Appointment>(202, 'POST', '/appointments', {
    token: busy?.token ?? '',
    body: { slotId: wanted?.id },
  });
  assert.equal((await book(next?.token ?? '', wanted?.id ?? '')).status, 201);
  const { status, statusReason } = await api.expect<Appointment>(200, 'GET', `/appointments/${fallen.id}`, {
    token: busy?.token ?? '',
  });
  assert.deepEqual([status, statusReason], ['rejected', 'patient_busy']);
});

test("ScheduleDB refuses a doctor's overlapping live slots and a second claim of a slot", async () => {
  const doctor = await join(api, doctorInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const pool = schedules ?? assert.fail();
  const overlapping = pool.query(
    `INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
     SELECT schedule_id, doctor_id, starts_at + interval '10 minutes', ends_at + interval '10 minutes'
     FROM slots WHERE id = $1`,
    [slot?.id],
  );
  await assert.rejects(overlapping, (error) => violatedConstraint(error) === 'slots_doctor_free');
  const claim = () =>
    pool.query('INSERT INTO claims (appointment_id, slot_id) VALUES (uuidv7(), $1)', [slot?.id]);
  await claim();
  await assert.rejects(claim(), (error) => violatedConstraint(error) === 'claims_slot');
});
