import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTestDatabase } from '../testing/test-database.ts';
import { patientLimits } from './connection.ts';
import { assertConnectionsFit } from './connections-fit.ts';
import { openPool, poolBeside } from './pool.ts';

const database = await createTestDatabase([]);
after(() => database.drop());

const open = (connectionsMax: number) =>
  openPool({ url: database.url, connectionsMax, limits: patientLimits });

test('pools on one database have no more connections together than the first was given', async () => {
  const pool = open(3);
  const beside = poolBeside(pool, { name: 'special', connectionsMax: 2, limits: patientLimits });
  const held = await Promise.all([pool.connect(), beside.connect(), beside.connect()]);
  const waiting = pool.connect();
  assert.deepEqual([pool.totalCount, pool.waitingCount, beside.totalCount], [1, 1, 2]);
  for (const client of held) client.release();
  (await waiting).release();
  await beside.end();
  const all = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
  assert.equal(pool.totalCount, 3);
  for (const client of all) client.release();
  await pool.end();
});

test('a pool that would have no connection left gives none away', async () => {
  const pool = open(2);
  const beside = () => poolBeside(pool, { name: 'special', connectionsMax: 2, limits: patientLimits });
  assert.throws(beside, {
    name: 'WrongSetting',
    message: /DATABASE_CONNECTIONS is too low: 2 .*“special” takes 2/,
  });
  assert.equal((await pool.query('SELECT 1')).rowCount, 1);
  await pool.end();
});

test('connections fit where the server has them beside those it reserves', async () => {
  const { rows } = await database.pool.query<{ most: number; reserved: number }>(
    `SELECT current_setting('max_connections')::integer AS most,
       current_setting('superuser_reserved_connections')::integer + current_setting('reserved_connections')::integer AS reserved`,
  );
  const { most = 0, reserved = 0 } = rows[0] ?? {};
  assert.ok(reserved > 0);
  await assertConnectionsFit(database.pool, 10, most - reserved);
  const refused = (own: number, all?: number) =>
    assert.rejects(assertConnectionsFit(database.pool, own, all), { name: 'WrongSetting' });
  await refused(10, most - reserved + 1);
  await refused(most);
  await refused(10, 9);
});
