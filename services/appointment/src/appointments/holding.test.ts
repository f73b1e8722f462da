import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { holdingStatuses } from '@consulta/contracts';
import { platformMigrations } from '@consulta/platform/database';
import { createTestDatabase } from '@consulta/platform/testing';
import { appointmentMigrations } from '../index.ts';

const database = await createTestDatabase([platformMigrations, appointmentMigrations]);
after(() => database.drop());

const holding = [...holdingStatuses].sort();
/** Lists of statuses with `no_show` are meant to be those that hold a slot. */
const listsIn = (text: string) =>
  [...text.matchAll(/(?:IN \(|ARRAY\[)((?:'\w+'(?:::text)?(?:,\s*)?)+)/g)]
    .map(([, list = '']) => [...list.matchAll(/'(\w+)'/g)].map(([, status]) => status).sort())
    .filter((list) => list.includes('no_show'));

test('the constraints and indexes that keep appointments apart count the statuses that the contract does', async () => {
  const { rows } = await database.pool.query<{ name: string; text: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_expr(indpred, indrelid) AS text
     FROM pg_index WHERE indrelid = 'appointments'::regclass AND pg_get_expr(indpred, indrelid) LIKE '%no_show%'`,
  );
  const names = rows.map(({ name }) => name);
  for (const name of ['appointments_patient_free', 'appointments_slot_held']) assert.ok(names.includes(name));
  for (const { name, text } of rows) assert.deepEqual(listsIn(text), [holding], name);
});

test('statements in files of their own count them too', () => {
  const source = new URL('../', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sql'),
  );
  const lists = files.flatMap((name) => listsIn(readFileSync(new URL(name, source), 'utf8')));
  assert.ok(lists.length > 0);
  for (const list of lists) assert.deepEqual(list, holding);
});
