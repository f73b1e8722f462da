import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { createTestDatabase } from '../testing/test-database.ts';
import { migrate } from './migrate.ts';

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
