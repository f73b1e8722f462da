import assert from 'node:assert/strict';
import type pg from 'pg';
import { eventually } from './eventually.ts';

type Sizes = { doctors: number; slotsOfEach: number; rivals: number };

/**
 * Puts requests into the lines of doctors nobody has asked for yet, as acceptance does, with a hint for each doctor in
 * the outbox; `rivals` different patients ask for each slot. Answers the requests' ids.
 */
export async function storeRequests(
  pool: pg.Pool,
  { doctors, slotsOfEach, rivals }: Sizes,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH slots AS MATERIALIZED (
       SELECT doctor_id, uuidv7() AS slot_id, timestamptz '2031-01-06 12:00Z' + n * interval '1 hour' AS starts_at
       FROM (SELECT uuidv7() AS doctor_id FROM generate_series(1, $1)) AS doctors, generate_series(1, $2) AS n
     ), asked AS (
       INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone, mode)
       SELECT uuidv7(), slot_id, uuidv7(), doctor_id, uuidv7(), starts_at, starts_at + interval '30 minutes',
         'America/Sao_Paulo', 'in_person'
       FROM generate_series(1, $3) AS rival, slots ORDER BY rival
       RETURNING *
     ), waiting AS (
       INSERT INTO undecided_requests (id, arrival, doctor_id, slot_id, patient_id)
       SELECT id, arrival, doctor_id, slot_id, patient_id FROM asked
     ), hinted AS (
       INSERT INTO outbox (topic, key) SELECT DISTINCT 'booking_wake', doctor_id::text FROM asked
     )
     SELECT id FROM asked`,
    [doctors, slotsOfEach, rivals],
  );
  return rows.map(({ id }) => id);
}

/** Waits until none of these waits for its decision any more. */
export const untilDecided = (pool: pg.Pool, ids: string[], withinMs: number): Promise<void> =>
  eventually(async () => {
    const { rowCount } = await pool.query('SELECT FROM undecided_requests WHERE id = ANY ($1::uuid[])', [
      ids,
    ]);
    assert.equal(rowCount, 0);
  }, withinMs);

/** Each was decided once, each slot went to one of those who asked for it, and to the first of them. */
export async function assertDecidedOnce(pool: pg.Pool, ids: string[]): Promise<void> {
  const { rows } = await pool.query<{ times: number; wrong: number }>(
    `SELECT count(e.position)::int AS times,
       (count(*) FILTER (WHERE (a.id IS NULL) = (r.arrival = f.first)))::int AS wrong
     FROM booking_requests r
     JOIN (SELECT slot_id, min(arrival) AS first FROM booking_requests GROUP BY slot_id) f USING (slot_id)
     LEFT JOIN appointments a ON a.id = r.id
     LEFT JOIN pending_events e ON e.appointment_id = r.id
     WHERE r.id = ANY ($1::uuid[])`,
    [ids],
  );
  assert.deepEqual(rows[0], { times: ids.length, wrong: 0 });
}
