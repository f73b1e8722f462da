import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { violatedConstraint } from '@consulta/platform/database';
import { appointmentDatabase, storeRequest } from '../../testing/fixtures.ts';
import { decisionStore } from './decision-store.ts';
import type { Verdict } from './verdicts.ts';

const database = await appointmentDatabase();
const store = decisionStore(database.pool);
const all = async () => ({ doctorIds: await store.doctorsWaiting(-1), size: 1000, except: [] });
after(() => database.drop());

const win = (id: string): [string, Verdict] => [
  id,
  { verdict: 'win', autoConfirm: false, confirmWithinHours: 24, minCancelNoticeMinutes: 0 },
];
const lose = (id: string): [string, Verdict] => [id, { verdict: 'lose' }];

/** Decides these requests and nothing else that waits. */
async function decide(verdicts: [string, Verdict][]) {
  const own = new Map(verdicts);
  return (
    await store.decideChunk(
      await all(),
      async (requests) => new Map([...own].filter(([id]) => requests.some((each) => each.id === id))),
    )
  ).decided;
}

async function read(id: string) {
  const { rows } = await database.pool.query<{ status: string; status_reason: string | null }>(
    'SELECT status, status_reason FROM appointment_overview WHERE id = $1',
    [id],
  );
  return [rows[0]?.status, rows[0]?.status_reason];
}

test('requests come in order of arrival, and only to one worker at a time', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1)
    ids.push(await storeRequest(database, i % 2 ? {} : { doctorId: '01930000-0000-7000-8000-00000000000a' }));
  const lines = await all();
  await store.decideChunk(lines, async (requests) => {
    assert.deepEqual(
      requests.map(({ id }) => id),
      ids,
    );
    const other = await storeRequest(database);
    const another = await store.decideChunk(await all(), async () => new Map());
    assert.deepEqual(
      another.requests.map(({ id }) => id),
      [other],
      'the doctors of this chunk are nobody else’s',
    );
    assert.deepEqual(new Set(another.busy), new Set(lines.doctorIds));
    return new Map(ids.map(win));
  });
});

test('the claim holder wins and its rivals are refused, in one chunk', async () => {
  const slotId = randomUUIDv7();
  const [winner, rival] = [
    await storeRequest(database, { slotId }),
    await storeRequest(database, { slotId }),
  ];
  const decided = await decide([win(winner), lose(rival)]);
  assert.equal(decided.length, 2);
  assert.deepEqual(await read(winner), ['awaiting_confirmation', null]);
  assert.deepEqual(await read(rival), ['rejected', 'slot_taken']);
  assert.deepEqual(await decide([win(winner), lose(rival)]), [], 'a decision is made once');
});

test('a loser whose slot nobody holds yet is not refused', async () => {
  const id = await storeRequest(database);
  assert.deepEqual(await decide([lose(id)]), []);
  assert.deepEqual(await read(id), ['requested', null]);
});

test('a winner who is busy is refused, its claim released, and its rival waits for the next round', async () => {
  const patientId = randomUUIDv7();
  const slotId = randomUUIDv7();
  const first = await storeRequest(database, { patientId, startsAt: '2031-03-10T12:00:00Z' });
  const overlapping = await storeRequest(database, { patientId, slotId, startsAt: '2031-03-10T12:29:00Z' });
  const rival = await storeRequest(database, { slotId, startsAt: '2031-03-10T12:29:00Z' });
  await decide([win(first), win(overlapping), lose(rival)]);
  assert.deepEqual(await read(first), ['awaiting_confirmation', null]);
  assert.deepEqual(await read(overlapping), ['rejected', 'patient_busy']);
  assert.deepEqual(await read(rival), ['requested', null]);
  const { rowCount } = await database.pool.query(
    "SELECT FROM outbox WHERE topic = 'claim_released' AND key = $1",
    [overlapping],
  );
  assert.equal(rowCount, 1);
});

test('who loses a slot to themselves is told that it is theirs, decided together or later', async () => {
  const [patientId, slotId] = [randomUUIDv7(), randomUUIDv7()];
  const startsAt = '2031-03-20T12:00:00Z';
  // As two processes accept them that do not know of each other yet.
  const accept = async (facts: { patientId: string }) => {
    const id = await storeRequest(database, { ...facts, startsAt });
    await database.pool.query('UPDATE booking_requests SET slot_id = $2 WHERE id = $1', [id, slotId]);
    await database.pool.query('UPDATE undecided_requests SET slot_id = $2 WHERE id = $1', [id, slotId]);
    return id;
  };
  const mine = [await accept({ patientId }), await accept({ patientId }), await accept({ patientId })];
  const [first = '', second = '', third = ''] = mine;
  const rival = await accept({ patientId: randomUUIDv7() });
  await decide([win(first), lose(second), lose(rival)]);
  await decide([lose(third)]);
  assert.deepEqual(await read(first), ['awaiting_confirmation', null]);
  for (const id of [second, third]) assert.deepEqual(await read(id), ['rejected', 'already_yours']);
  assert.deepEqual(await read(rival), ['rejected', 'slot_taken']);
});

test('back-to-back appointments of a patient do not overlap', async () => {
  const patientId = randomUUIDv7();
  const ids = [
    await storeRequest(database, { patientId, startsAt: '2031-04-10T12:00:00Z' }),
    await storeRequest(database, { patientId, startsAt: '2031-04-10T12:30:00Z' }),
  ];
  await decide(ids.map(win));
  for (const id of ids) assert.equal((await read(id))[0], 'awaiting_confirmation');
});

test('the tables themselves refuse a slot held twice and a patient in two places', async () => {
  const patientId = randomUUIDv7();
  const slotId = randomUUIDv7();
  await decide([win(await storeRequest(database, { patientId, slotId, startsAt: '2031-05-10T12:00:00Z' }))]);
  const bypass = async (facts: { slotId?: string; patientId?: string }) => {
    const id = await storeRequest(database, { ...facts, startsAt: '2031-05-10T12:10:00Z' });
    return database.pool
      .query(
        `INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as)
         SELECT id, slot_id, doctor_id, patient_id, starts_at, ends_at, 'confirmed', 'confirmed'
         FROM booking_requests WHERE id = $1`,
        [id],
      )
      .then(() => 'accepted', violatedConstraint);
  };
  assert.equal(await bypass({ slotId }), 'appointments_slot_held');
  assert.equal(await bypass({ patientId }), 'appointments_patient_free');
  assert.equal(await bypass({}), 'accepted');
});

test('chunks that overlap in patients and run at the same time neither deadlock nor double-book', async () => {
  const patients = Array.from({ length: 5 }, () => randomUUIDv7());
  const chunks: string[][] = [[], [], [], []];
  for (let i = 0; i < 80; i += 1) {
    const startsAt = `2031-06-10T12:${String((i * 7) % 60).padStart(2, '0')}:00Z`;
    const id = await storeRequest(database, { patientId: patients[i % 5] ?? '', startsAt });
    chunks[i % 4]?.push(id);
  }
  await Promise.all(chunks.map((ids) => decide(ids.map(win))));
  await decide(chunks.flat().map(win));
  const { rows } = await database.pool.query<{ overlaps: number }>(
    `SELECT count(*)::int AS overlaps FROM appointments a JOIN appointments b ON a.patient_id = b.patient_id
       AND a.id < b.id AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
     WHERE a.patient_id = ANY($1::uuid[])`,
    [patients],
  );
  assert.equal(rows[0]?.overlaps, 0);
  for (const id of chunks.flat()) assert.notEqual((await read(id))[0], 'requested');
});
