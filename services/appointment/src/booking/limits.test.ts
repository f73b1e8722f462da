import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { inPlainTransaction } from '@consulta/platform/database';
import { ProblemError } from '@consulta/platform/problems';
import { appointmentDatabase } from '../../testing/fixtures.ts';
import { acceptor, type NewRequest, newAppointmentId } from './accept.ts';
import { lockHoldings } from './holdings.ts';
import type { BookingCaps } from './limits.ts';

const database = await appointmentDatabase();
const { pool } = database;
after(() => database.drop());

const refused: string[] = [];
/** Two acceptors know as little of each other as those of two processes. */
const acceptors = [1, 2].map(() =>
  acceptor(
    pool,
    () => {},
    (code) => refused.push(code),
  ),
);
const caps: BookingCaps = { open: 10, all: 8, perDoctor: 5 };
let hour = 0;

function request(more: Partial<NewRequest> & { doctorId?: string; past?: boolean }): NewRequest {
  hour += 1;
  const startsAt = Temporal.Instant.from(more.past ? '2021-03-01T12:00:00Z' : '2041-03-01T12:00:00Z').add({
    hours: hour,
  });
  return {
    slot: {
      id: randomUUIDv7(),
      scheduleId: randomUUIDv7(),
      doctorId: more.doctorId ?? randomUUIDv7(),
      startsAt: startsAt.toString(),
      endsAt: startsAt.add({ minutes: 30 }).toString(),
      timeZone: 'America/Sao_Paulo',
    },
    patientId: randomUUIDv7(),
    mode: 'in_person',
    note: null,
    replacesId: null,
    key: undefined,
    caps,
    ...more,
  };
}

/** Asks and answers the id, or the code of the refusal. */
async function ask(asked: NewRequest, by = 0): Promise<string> {
  const id = newAppointmentId();
  try {
    await acceptors[by]?.(id, asked);
    return id;
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.code;
  }
}

/** Decides a request: it becomes an appointment with this status. */
async function decide(id: string, status: string): Promise<void> {
  await pool.query('DELETE FROM undecided_requests WHERE id = $1', [id]);
  await pool.query(
    `INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as)
     SELECT id, slot_id, doctor_id, patient_id, starts_at, ends_at, $2, 'confirmed' FROM booking_requests WHERE id = $1`,
    [id, status],
  );
}
const isRefused = (answer: string) => answer.startsWith('too_many');

test('many requests at once, taken by several processes, pass no cap', async () => {
  const [patientId, doctorId] = [randomUUIDv7(), randomUUIDv7()];
  const one = await Promise.all(
    Array.from({ length: 60 }, (_, index) => ask(request({ patientId, doctorId }), index % 2)),
  );
  assert.equal(one.filter((answer) => !isRefused(answer)).length, caps.perDoctor);
  const many = await Promise.all(
    Array.from({ length: 60 }, (_, index) => ask(request({ patientId }), index % 2)),
  );
  assert.equal(many.filter((answer) => !isRefused(answer)).length, caps.all - caps.perDoctor);
  assert.deepEqual([...new Set(refused)], ['too_many_appointments']);
  assert.equal(refused.length, 112);
  const { rows } = await pool.query('SELECT count(*)::integer FROM booking_requests WHERE patient_id = $1', [
    patientId,
  ]);
  assert.equal(rows[0].count, caps.all);
});

test('a refusal leaves the requests of others in its batch alone', async () => {
  const [patientId, doctorId] = [randomUUIDv7(), randomUUIDv7()];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      ask(request(index % 2 ? { patientId, doctorId } : { doctorId })),
    ),
  );
  assert.ok(answers.every((answer, index) => index % 2 || !isRefused(answer)));
  assert.equal(answers.filter((answer) => !isRefused(answer)).length, 20 + caps.perDoctor);
});

test('what is undecided, unconfirmed or confirmed and ahead counts; what is over, cancelled or refused does not', async () => {
  const [patientId, doctorId] = [randomUUIDv7(), randomUUIDv7()];
  const mine = (more = {}) => request({ patientId, doctorId, ...more });
  for (const status of ['awaiting_confirmation', 'confirmed', 'confirmed'])
    await decide(await ask(mine()), status);
  for (const status of ['declined', 'cancelled', 'replaced']) await decide(await ask(mine()), status);
  await decide(await ask(mine({ past: true, caps: undefined })), 'concluded');
  const withdrawn = await ask(mine());
  assert.equal(isRefused(await ask(mine())), false);
  assert.equal(await ask(mine()), 'too_many_appointments');
  await pool.query('DELETE FROM undecided_requests WHERE id = $1', [withdrawn]);
  assert.equal(isRefused(await ask(mine())), false);
  assert.equal(await ask(mine()), 'too_many_appointments');
  assert.equal(isRefused(await ask(request({ patientId }))), false, 'another doctor');
});

test('moving an appointment is none more, unless it moves to a doctor with whom there are enough', async () => {
  const [patientId, doctorId, otherDoctor] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
  const held: string[] = [];
  for (let count = 0; count < caps.perDoctor; count += 1)
    held.push(await ask(request({ patientId, doctorId })));
  const others: string[] = [];
  for (let count = caps.perDoctor; count < caps.all; count += 1) {
    others.push(await ask(request({ patientId, doctorId: otherDoctor })));
  }
  for (const id of [...held, ...others]) await decide(id, 'confirmed');
  const move = (replacesId: string | undefined, movesFrom: string, to: string) =>
    request({ patientId, doctorId: to, replacesId: replacesId ?? null, movesFrom });
  assert.equal(isRefused(await ask(move(held[0], doctorId, doctorId))), false, 'to another time');
  assert.equal(await ask(move(others[0], otherDoctor, doctorId)), 'too_many_appointments');
  const moved = await Promise.all(
    held.slice(1).map((id, index) => ask(move(id, doctorId, otherDoctor), index % 2)),
  );
  assert.equal(moved.filter((answer) => !isRefused(answer)).length, caps.perDoctor - others.length);
  assert.equal(await ask(request({ patientId })), 'too_many_appointments');
});

test('undecided and unconfirmed requests have a cap of their own', async () => {
  const patientId = randomUUIDv7();
  const generous = { open: 3, all: 50, perDoctor: 50 };
  const mine = () => request({ patientId, caps: generous });
  const first = await ask(mine());
  for (let count = 1; count < 3; count += 1) await decide(await ask(mine()), 'awaiting_confirmation');
  assert.equal(await ask(mine()), 'too_many_requests_open');
  await decide(first, 'confirmed');
  assert.equal(isRefused(await ask(mine())), false);
});

test('who may hold no more and asks for what they hold is told that it is theirs', async () => {
  const patientId = randomUUIDv7();
  const asked = request({ patientId, caps: { open: 1, all: 1, perDoctor: 1 } });
  const id = await ask(asked);
  const before = refused.length;
  for (const by of [0, 1]) assert.equal(await ask(asked, by), 'already_yours');
  assert.equal(refused.length, before, 'and no cap is counted as met');
  await decide(id, 'confirmed');
  assert.equal(await ask(asked), 'already_yours');
  assert.equal(await ask({ ...asked, patientId: randomUUIDv7() }).then(isRefused), false);
});

/** Many requests, every other one of this patient, and what became of them. */
async function fillTables(patientId: string): Promise<void> {
  await pool.query(`INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at,
      time_zone, mode)
    SELECT uuidv7(), uuidv7(), uuidv7(), uuidv7(), CASE WHEN n % 2 = 0 THEN uuidv7() ELSE '${patientId}' END,
      timestamptz '2031-01-01' + n * interval '1 hour', timestamptz '2031-01-01' + n * interval '1 hour' + interval '20 min',
      'America/Sao_Paulo', 'in_person' FROM generate_series(1, 40000) AS n`);
  await pool.query(`INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as)
    SELECT id, slot_id, doctor_id, patient_id, starts_at, ends_at,
      CASE WHEN patient_id = '${patientId}' THEN 'cancelled' ELSE 'confirmed' END, 'confirmed'
    FROM booking_requests WHERE starts_at > '2031-01-01' ON CONFLICT DO NOTHING`);
  await pool.query(`INSERT INTO undecided_requests (arrival, doctor_id, patient_id, id, slot_id)
    SELECT arrival + 1000000, doctor_id, patient_id, uuidv7(), slot_id FROM booking_requests
    WHERE patient_id <> '${patientId}' LIMIT 20000`);
  await pool.query(`INSERT INTO closed_requests (id, outcome)
    SELECT id, 'rejected' FROM booking_requests WHERE starts_at > '2031-01-01' LIMIT 10000`);
  await pool.query('VACUUM ANALYZE');
}

/** How a statement is carried out. */
async function planOf(file: string, values: unknown[]): Promise<string> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
  return JSON.stringify(rows[0]['QUERY PLAN']);
}

test('no table is read whole to see what a patient holds and whose a slot is, however much they asked for before', async () => {
  const patientId = randomUUIDv7();
  await fillTables(patientId);
  const plan = await planOf('holdings.sql', [[patientId, randomUUIDv7()]]);
  assert.ok(!/Seq Scan/.test(plan), plan);
  assert.ok(Number(/"Shared Hit Blocks":(\d+)/.exec(plan)?.[1]) < 60, plan);
  const nothing = await inPlainTransaction(pool, (client) => lockHoldings(client, [patientId]));
  assert.deepEqual(nothing(patientId), { all: 0, open: 0, byDoctor: new Map() });

  const { slot } = request({});
  const row = { id: randomUUIDv7(), patient_id: patientId, slot_id: slot.id, starts_at: slot.startsAt };
  const accepting = await planOf('accept.sql', [JSON.stringify([{ ...row, refused: true }])]);
  assert.ok(!/Seq Scan/.test(accepting), accepting);
  assert.match(accepting, /booking_requests_patient/);
});
