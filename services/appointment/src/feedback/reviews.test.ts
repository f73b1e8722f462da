import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { queryBuilder } from '@consulta/platform/database';
import { bookAppointment } from '../../testing/documents-app.ts';
import { appointmentDatabase } from '../../testing/fixtures.ts';
import type { AppointmentTables } from '../tables.ts';
import { reviewsOf } from './queries.ts';

const database = await appointmentDatabase();
after(database.drop);
const db = queryBuilder<AppointmentTables>(database.pool);
const doctorId = randomUUIDv7();

/** One more review, given that many microseconds after a whole second. */
async function review(microseconds: number): Promise<string> {
  const [patient, doctor] = [
    { id: randomUUIDv7(), role: 'patient' as const },
    { id: doctorId, role: 'doctor' as const },
  ];
  const appointmentId = await bookAppointment(database.pool, { patient, doctor, status: 'concluded' });
  const { rows } = await database.pool.query<{ id: string }>(
    `INSERT INTO feedbacks (appointment_id, doctor_id, patient_id, rating, given_at)
     VALUES ($1, $2, $3, 5, '2031-03-10T12:00:00Z'::timestamptz + $4 * interval '1 microsecond') RETURNING id`,
    [appointmentId, doctorId, patient.id, microseconds],
  );
  const id = rows[0]?.id ?? '';
  await database.pool.query(
    'INSERT INTO reviews SELECT id, doctor_id, rating, given_at FROM feedbacks WHERE id = $1',
    [id],
  );
  return id;
}

test('sixty reviews given within two milliseconds are each listed once, whatever a page holds and is added', async () => {
  const given: string[] = [];
  for (let i = 0; i < 60; i += 1) given.push(await review((i * 37) % 2_000));
  for (const limit of [1, 7, 100]) {
    const listed: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await reviewsOf(db, doctorId, { limit, ...(cursor ? { cursor } : {}) });
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      if (listed.length === 14) await review(5_000_000 + limit);
    }
    const old = listed.filter((id) => given.includes(id));
    assert.deepEqual([...old].sort(), [...given].sort(), `of pages of ${limit}`);
  }
});
