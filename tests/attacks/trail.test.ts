import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import type { Appointment } from '@consulta/contracts';
import { startTarget, whileAttacking } from '../support/attack.ts';
import { book, databaseOf, type Page } from '../support/consultations.ts';
import { eventually } from '../support/eventually.ts';
import { doctorInput, join, patientInput, publishSlots } from '../support/people.ts';

const vault = await mkdtemp(joinPath(tmpdir(), 'consulta-vault-'));
const apart = { KEYS_FILE: joinPath(vault, 'keys.json'), AUDIT_DIR: joinPath(vault, 'heads') };
const target = await startTarget({ environment: { ...apart, RATE_LIMITS: 'off' } });
const { api } = target;
const pool = await databaseOf(target.folder, 'appointments');
after(async () => {
  await pool.end();
  await target.stop();
  await rm(vault, { recursive: true, force: true });
});

const verify = (...given: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const script = new URL('../../apps/standalone/src/commands/audit-verify.ts', import.meta.url).pathname;
    const env = { ...process.env, ...apart, DATA_DIR: target.folder };
    execFile(process.execPath, [script, ...given], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, output: stdout + stderr }),
    );
  });
const count = async (which: string) =>
  Number((await pool.query(`SELECT count(*) FROM audit_entries WHERE ${which}`)).rows[0].count);
const allSealed = () => eventually(async () => assert.equal(await count('position IS NULL'), 0));

const [doctor, patient] = [await join(api, doctorInput()), await join(api, patientInput())];
const times = ['08', '09', '10', '11', '12', '13'].flatMap((hour) => [`${hour}:00`, `${hour}:30`]);
const slots = await publishSlots(api, doctor, times);
for (const { id } of slots) await book(api, patient, id, { note: 'Alergia a dipirona' });

test('reading lists of notes from many connections writes one entry a page, naming what it showed', async () => {
  const before = await count("action = 'read'");
  const readers = [doctor, patient].flatMap((person) => [person, person, person, person]);
  const pages = 20;
  await whileAttacking(target, 'lists with notes, read again and again', () =>
    Promise.all(
      readers.map(async ({ token }) => {
        for (let page = 0; page < pages; page += 1) {
          const { items } = await api.expect<Page<Appointment>>(200, 'GET', '/appointments?limit=100', {
            token,
          });
          assert.equal(items.length, slots.length);
        }
      }),
    ),
  );
  assert.equal(await count("action = 'read'"), before + readers.length * pages);
  const log = await api.expect<Page<{ actorId: string; action: string }>>(
    200,
    'GET',
    '/users/me/access-log?limit=100',
    {
      token: patient.token,
    },
  );
  assert.ok(log.items.some(({ actorId, action }) => actorId === doctor.id && action === 'read'));
});

test('keys and heads lie where they were told to, and nowhere else', async () => {
  await allSealed();
  assert.deepEqual((await readdir(vault)).sort(), ['heads', 'keys.json', 'keys.json.lock']);
  const recorded = await readdir(apart.AUDIT_DIR);
  assert.ok(recorded.includes('audit-head.json') && recorded.includes('audit-heads.log'), String(recorded));
  const inData = await readdir(target.folder);
  assert.ok(!inData.includes('keys.json') && !inData.includes('audit'), String(inData));
});

test('entries removed by one who owns database and heads, with both computed anew, are found', async () => {
  await allSealed();
  const whole = await verify();
  assert.equal(whole.code, 0, whole.output);
  const noted = /Last signed head: (\d+:[0-9a-f]{64})/.exec(whole.output)?.[1];
  assert.match(whole.output, /Proven: of the entries up to position \d+[\s\S]*Not proven:/);
  assert.equal((await verify('--head', String(noted))).code, 0);

  const heads = ['audit-head.json', 'audit-heads.log'].map((name) => joinPath(apart.AUDIT_DIR, name));
  for (const file of heads) await copyFile(file, `${file}.kept`);
  await pool.query(`ALTER TABLE audit_entries DISABLE TRIGGER USER;
    CREATE TABLE kept AS SELECT * FROM audit_entries;
    DELETE FROM audit_entries WHERE position = 2;
    UPDATE audit_entries SET position = position + 1000000;
    UPDATE audit_entries SET position = position - 1000001 WHERE position > 1000002;
    UPDATE audit_entries SET position = position - 1000000 WHERE position > 1000000`);
  const { rows } = await pool.query(
    'SELECT a.id, a.position, a::text AS text FROM audit_entries a ORDER BY position',
  );
  let hash = Buffer.alloc(32);
  for (const row of rows) {
    hash = createHash('sha256').update(hash).update(row.text).digest();
    await pool.query('UPDATE audit_entries SET hash = $1 WHERE id = $2', [hash, row.id]);
  }
  const forged = JSON.stringify({
    position: rows.length,
    hash: hash.toString('hex'),
    at: new Date().toISOString(),
    signature: '',
  });
  for (const file of heads) await writeFile(file, `${forged}\n`);
  const found = await verify();
  assert.equal(found.code, 1);
  assert.match(found.output, /changed: position 1/);
  assert.match(found.output, /head_forged/);

  await pool.query(`TRUNCATE audit_entries;
    INSERT INTO audit_entries OVERRIDING SYSTEM VALUE SELECT * FROM kept;
    DROP TABLE kept;
    ALTER TABLE audit_entries ENABLE TRIGGER USER`);
  for (const file of heads) await copyFile(`${file}.kept`, file);
  assert.equal((await verify('--head', String(noted))).code, 0, 'put back as it was');
});
