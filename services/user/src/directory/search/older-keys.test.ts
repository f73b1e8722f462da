import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { migrate, platformMigrations } from '@consulta/platform/database';
import { createTestDatabase } from '@consulta/platform/testing';
import { userMigrations } from '../../index.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-older-migrations-'));
await cp(userMigrations.folder, folder, { recursive: true });
for (const name of await readdir(folder)) if (name >= '0007') await rm(join(folder, name));
const before = { room: userMigrations.room, folder: pathToFileURL(`${folder}/`) };
const { pool, drop } = await createTestDatabase([platformMigrations, before]);
after(async () => {
  await drop();
  await rm(folder, { recursive: true, force: true });
});

const anyone = '00000000-0000-7000-8000-00000000000';

async function insertDoctor(index: string, fullName: string, city: string): Promise<void> {
  const id = `${anyone}${index}`;
  await pool.query(
    `INSERT INTO users (id, role, full_name, email, cpf, phone, address, password_hash)
     VALUES ($1, 'doctor', $2, $3 || '@example.com', lpad($3, 11, '0'), '+55', '{}', '')`,
    [id, fullName, index],
  );
  await pool.query(
    `INSERT INTO doctors (user_id, crm_number, crm_state, specialties, consultation_price_cents, modes, verification)
     VALUES ($1, $2, 'SP', '{Cardiologia}', 1, '{video}', 'pending')`,
    [id, index],
  );
  await pool.query(
    `INSERT INTO doctor_directory (doctor_id, listed, full_name, crm_number, crm_state, specialties, city, state,
       consultation_price_cents, insurances, modes)
     VALUES ($1, true, $2, $3, 'SP', '{Cardiologia}', $4, 'SP', 1, $5, '{video}')`,
    [id, fullName, index, city, [`Sul-América ${index}`, 'Unimed']],
  );
}

test('doctors who were stored before are found by the keys of now, and keep their place in every order', async () => {
  await insertDoctor('1', 'Ana D´Ávila', 'Mogi-Mirim');
  await insertDoctor('2', 'Rui Braga', 'Palmas');
  await migrate(pool, [platformMigrations, userMigrations]);
  const { rows: doctors } = await pool.query(
    `SELECT name_key, tags @> '{city:mogi mirim}' AS there, tags @> '{insurance:sul america 1}' AS insured
     FROM doctor_directory ORDER BY doctor_id`,
  );
  assert.deepEqual(doctors, [
    { name_key: 'ana davila', there: true, insured: true },
    { name_key: 'rui braga', there: false, insured: false },
  ]);
  await insertDoctor('3', 'De uma versão anterior', 'Palmas');
  const { rows: cards } = await pool.query<{ card: string }>(
    'SELECT card FROM doctor_directory ORDER BY doctor_id',
  );
  assert.deepEqual(
    cards.map(({ card }) => [JSON.parse(card).fullName, JSON.parse(card).honorific]),
    [
      ['Ana D´Ávila', null],
      ['Rui Braga', null],
      ['De uma versão anterior', null],
    ],
  );
  const { rows: orderings } = await pool.query(
    'SELECT facet, name_key FROM doctor_orderings WHERE doctor_id = $1 ORDER BY facet',
    [`${anyone}1`],
  );
  assert.deepEqual(
    orderings,
    ['', 'city:mogi mirim', 'specialty:cardiologia', 'state:sp'].map((facet) => ({
      facet,
      name_key: 'ana davila',
    })),
  );
  const { rows: insurances } = await pool.query('SELECT key, name FROM insurances ORDER BY key');
  assert.deepEqual(insurances, [
    { key: 'sul america 1', name: 'Sul-América 1' },
    { key: 'sul america 2', name: 'Sul-América 2' },
    { key: 'sul america 3', name: 'Sul-América 3' },
    { key: 'unimed', name: 'Unimed' },
  ]);
});
