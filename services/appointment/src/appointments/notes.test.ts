import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { queryBuilder } from '@consulta/platform/database';
import { appointmentDatabase } from '../../testing/fixtures.ts';
import type { Actor } from '../audit/actor.ts';
import { acceptor, newAppointmentId } from '../booking/accept.ts';
import { annotate } from '../lifecycle/annotate.ts';
import { takeStep } from '../lifecycle/take-step.ts';
import type { AppointmentTables } from '../tables.ts';
import { listOwn, readOwn } from './queries.ts';

const database = await appointmentDatabase();
const { pool } = database;
const db = queryBuilder<AppointmentTables>(pool);
after(() => database.drop());

const person = (role: Actor['role']): Actor => ({
  userId: randomUUIDv7(),
  role,
  sessionId: randomUUIDv7(),
  issuedAt: 0,
  expiresAt: 0,
  address: '192.0.2.7',
  requestId: 'pedido-1',
});
const patient = person('patient');
const doctor = person('doctor');
const accept = acceptor(pool, () => {});
let hours = 0;
async function ask(note: string | null, key?: { scope: Buffer; requestHash: Buffer }): Promise<string> {
  const id = newAppointmentId();
  const startsAt = Temporal.Instant.from('2031-03-10T12:00:00Z').add({ hours });
  hours += 1;
  await accept(id, {
    slot: {
      id: randomUUIDv7(),
      scheduleId: randomUUIDv7(),
      doctorId: doctor.userId,
      startsAt: startsAt.toString(),
      endsAt: startsAt.add({ minutes: 30 }).toString(),
      timeZone: 'America/Sao_Paulo',
    },
    patientId: patient.userId,
    mode: 'in_person',
    note,
    actor: patient,
    replacesId: null,
    key,
  });
  return id;
}

/** What the trail says of an appointment's note. */
async function trail(id: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT concat_ws(' ', actor_role, action, outcome, address, request_id) AS line FROM audit_entries
     WHERE resource_kind = 'note' AND $1 = ANY (coalesce(resource_ids, ARRAY[resource_id]))
       AND $1 = ANY (coalesce(appointment_ids, ARRAY[appointment_id]))
       AND $2 = ANY (coalesce(patient_ids, ARRAY[patient_id])) ORDER BY id`,
    [id, patient.userId],
  );
  return rows.map(({ line }) => line.replace(' granted 192.0.2.7 pedido-1', ''));
}

test('a request leaves a row for its note, one without a note leaves none', async () => {
  const [noted, plain] = await Promise.all([ask('Alergia a dipirona'), ask(null)]);
  assert.deepEqual(await trail(noted), ['patient create']);
  assert.deepEqual(await trail(plain), []);
});

test('a repeat under the same key, which stores nothing, records nothing', async () => {
  const key = { scope: Buffer.alloc(32, 1), requestHash: Buffer.alloc(32, 2) };
  const first = await ask('Alergia', key);
  const again = await ask('Alergia', key);
  assert.deepEqual([await trail(first), await trail(again)], [['patient create'], []]);
});

test('reading one, listing many and taking a step record who saw the note', async () => {
  const noted = await ask('Marca-passo');
  const plain = await ask(null);
  for (const id of [noted, plain]) {
    await readOwn(db, doctor, id);
    await takeStep({ db, now: Temporal.Now.instant }, patient, id, { name: 'cancel', reason: null });
  }
  await listOwn(db, patient, { limit: 100 });
  assert.deepEqual(await trail(noted), ['patient create', 'doctor read', 'patient read', 'patient read']);
  assert.deepEqual(await trail(plain), []);
});

test('a page records the notes it shows and not those of the page after', async () => {
  const from = Temporal.Instant.from('2031-03-10T12:00:00Z').add({ hours }).toString();
  const ids = [await ask('um'), await ask(null), await ask('três')];
  const { rows, nextCursor } = await listOwn(db, doctor, { from, limit: 2 });
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids.slice(0, 2),
  );
  assert.ok(nextCursor);
  assert.deepEqual(await Promise.all(ids.map(trail)), [
    ['patient create', 'doctor read'],
    [],
    ['patient create'],
  ]);
});

test('what a page writes does not grow with what it shows', async () => {
  const from = Temporal.Instant.from('2031-03-10T12:00:00Z').add({ hours }).toString();
  for (const note of ['um', 'dois', 'três', 'quatro']) await ask(note);
  const countEntries = async () =>
    Number((await pool.query('SELECT count(*) FROM audit_entries')).rows[0].count);
  const before = await countEntries();
  const { rows } = await listOwn(db, doctor, { from, limit: 100 });
  assert.equal(rows.length, 4);
  assert.equal(await countEntries(), before + 1);
  for (const { id } of rows) assert.deepEqual(await trail(id), ['patient create', 'doctor read']);
});

test('writing, changing and removing a note are recorded; what is refused changes nothing', async () => {
  const id = await ask(null);
  await annotate(db, patient, id, null);
  await annotate(db, patient, id, 'Grávida');
  await annotate(db, patient, id, null);
  await assert.rejects(annotate(db, person('patient'), id, 'x'), /Nothing of yours/);
  await assert.rejects(readOwn(db, person('doctor'), id), /Nothing of yours/);
  assert.deepEqual(await trail(id), ['patient create', 'patient change']);
});
