import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { createTestDatabase } from '../testing/test-database.ts';
import { migrate, missingMigrations } from './migrate.ts';

const { pool, drop } = await createTestDatabase([]);
const folder = await mkdtemp(join(tmpdir(), 'consulta-migrations-'));
after(async () => {
  await drop();
  await rm(folder, { recursive: true });
});
const source = { room: 'example', folder: pathToFileURL(`${folder}/`) };
const applied = async () => (await pool.query('SELECT name FROM schema_migrations ORDER BY name')).rows;

test('files are applied once, and two with one number not at all', async () => {
  await writeFile(join(folder, '0001_pets.sql'), 'CREATE TABLE pets (id int)');
  await migrate(pool, [source]);
  await migrate(pool, [source]);
  await writeFile(join(folder, '0002_owners.sql'), 'CREATE TABLE owners (id int)');
  await writeFile(join(folder, '0002_vets.sql'), 'CREATE TABLE vets (id int)');
  await assert.rejects(migrate(pool, [source]), /two migrations of example are numbered 0002/);
  assert.deepEqual(await applied(), [{ name: '0001_pets.sql' }]);
});

const anotherSource = async (room: string, name: string, statements: string) => {
  const into = await mkdtemp(join(folder, `${room}-`));
  await writeFile(join(into, name), statements);
  return { room, folder: pathToFileURL(`${into}/`) };
};

test('a database tells what it lacks, until that is applied', async () => {
  const fresh = await createTestDatabase([]);
  const food = await anotherSource('food', '0001_food.sql', 'CREATE TABLE food (id int)');
  assert.deepEqual(await missingMigrations(fresh.pool, [food]), ['food/0001_food.sql']);
  await migrate(fresh.pool, [food]);
  assert.deepEqual(await missingMigrations(fresh.pool, [food]), []);
  await fresh.drop();
});

test('a migration takes longer than the database lets a statement take otherwise', async () => {
  const limited = await createTestDatabase([]);
  const slow = await anotherSource('slow', '0001_slow.sql', 'SELECT pg_sleep(0.3)');
  const { rows } = await limited.pool.query<{ name: string }>('SELECT current_database() AS name');
  await limited.pool.query(`ALTER DATABASE ${rows[0]?.name} SET statement_timeout = '100ms'`);
  await migrate(limited.pool, [slow]);
  assert.deepEqual(await missingMigrations(limited.pool, [slow]), []);
  await limited.drop();
});

test('a migration that finds its table in use gives way to whoever else wants it, and comes again', async () => {
  await pool.query('CREATE TABLE toys (id int)');
  const reader = await pool.connect();
  await reader.query('BEGIN');
  await reader.query('SELECT FROM toys');
  const toys = await anotherSource('toys', '0001_toys.sql', 'ALTER TABLE toys ADD COLUMN name text');
  let over = false;
  const migrating = migrate(pool, [toys]).finally(() => {
    over = true;
  });
  const waits = async () => {
    const found = await pool.query("SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'");
    return found.rowCount === 1;
  };
  while (!(await waits())) await sleep(20);
  // Behind the migration, which lets it pass although the first reader stays.
  await pool.query('SELECT FROM toys');
  assert.ok(!over);
  await reader.query('COMMIT');
  reader.release();
  await migrating;
  await pool.query('SELECT name FROM toys');
});
