import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createLog } from '@consulta/platform/process';
import type pg from 'pg';
import { appointmentDatabase } from '../../testing/fixtures.ts';
import { openAcceptPool } from './accept-pool.ts';

const database = await appointmentDatabase();
const { pool } = database;
const accepting = openAcceptPool(pool, createLog('silent'));
after(async () => {
  await accepting.end();
  await database.drop();
});

const patientId = randomUUIDv7();
const asked = { id: randomUUIDv7(), patient_id: patientId, slot_id: randomUUIDv7(), refused: true };

/** So many requests, whose statistics are taken as they are when this begins. */
const fill = (count: number) =>
  pool.query(
    `INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone, mode)
     SELECT uuidv7(), uuidv7(), uuidv7(), uuidv7(), uuidv7(), at, at + interval '20 min', 'America/Sao_Paulo',
       'in_person' FROM generate_series(1, $1::integer) n, LATERAL (SELECT timestamptz '2031-01-01' + n * interval '1 hour') AS t (at)`,
    [count],
  );

async function prepare(client: pg.ClientBase, file: string, types: string): Promise<void> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  await client.query(`PREPARE statement (${types}) AS ${text}`);
}

async function planOf(client: pg.ClientBase, values: string): Promise<{ text: string; blocks: number }> {
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE statement (${values})`,
  );
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  return { text: JSON.stringify(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

test('a statement that was planned when the tables were small still finds by index when they have grown', async () => {
  await fill(100);
  await pool.query('ANALYZE');
  const client = await accepting.connect();
  try {
    const row = { ...asked, starts_at: '2031-01-01T12:00:00Z' };
    const values = `'${JSON.stringify([row])}'`;
    await prepare(client, 'accept.sql', 'json');
    await planOf(client, values);
    await fill(40_000);
    const { text, blocks } = await planOf(client, values);
    assert.doesNotMatch(text, /Seq Scan/);
    assert.ok(blocks < 60, `${blocks} blocks: ${text}`);
  } finally {
    client.release(true);
  }
});
