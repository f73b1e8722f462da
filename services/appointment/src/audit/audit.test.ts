import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { createLog, platformMigrations, queryBuilder } from '@consulta/platform';
import { createTestDatabase } from '@consulta/platform/testing';
import { type ChainRow, chainColumns, chainHash, genesisHash } from './chain.ts';
import { type HeadStore, openHeadFiles } from './head-store.ts';
import { type Access, recordAccess, systemActor, type Who } from './record.ts';
import { ChainBroken, sealAudit, startAuditSealer } from './sealer.ts';
import type { AuditTables } from './tables.ts';
import { verifyAudit } from './verify.ts';
import { auditVerifyMain } from './verify-command.ts';

const migrations = [
  platformMigrations,
  { room: 'appointment', folder: new URL('../../migrations/', import.meta.url) },
];
const database = await createTestDatabase(migrations);
const { pool } = database;
const db = queryBuilder<AuditTables>(pool);
const root = await mkdtemp(join(tmpdir(), 'consulta-audit-'));
let heads: HeadStore;
let folder = '';
after(async () => {
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

/** As an intruder with the database's own rights would: the triggers are off. */
async function tamper(statement: string, values: unknown[] = []): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("SET session_replication_role = 'replica'");
    await client.query(statement, values);
  } finally {
    await client.query("SET session_replication_role = 'origin'");
    client.release();
  }
}

const who: Who = {
  actorId: '01900000-0000-7000-8000-000000000001',
  actorRole: 'doctor',
  address: '127.0.0.1',
  requestId: 'r',
};
const access = (): Access => ({
  action: 'read',
  resource: { kind: 'file', id: crypto.randomUUID() },
  appointmentId: null,
  patientId: crypto.randomUUID(),
});
async function record(count: number): Promise<void> {
  for (let entry = 0; entry < count; entry += 1) await recordAccess(db, who, access());
}
async function sealedTrail(count: number): Promise<void> {
  await record(count);
  assert.equal(await sealAudit(pool, heads), count);
}
const faults = async () =>
  (await verifyAudit(pool, heads)).faults.map(({ kind, position }) => `${kind} ${position}`);

beforeEach(async () => {
  await tamper('TRUNCATE audit_entries RESTART IDENTITY');
  folder = await mkdtemp(join(root, 'heads-'));
  heads = await openHeadFiles(folder);
});

test('a trail nobody touched is whole, over several sealings and by anyone who recorded', async () => {
  await sealedTrail(3);
  await recordAccess(db, systemActor, access());
  await record(2);
  assert.equal(await sealAudit(pool, heads), 3);
  const verdict = await verifyAudit(pool, await openHeadFiles(folder));
  assert.deepEqual([verdict.rows, verdict.unsealed, verdict.faults], [6, 0, []]);
  await record(1);
  assert.equal((await verifyAudit(pool, heads)).unsealed, 1);
});

test('an empty trail is whole', async () => {
  assert.equal(await sealAudit(pool, heads), 0);
  assert.deepEqual(await faults(), []);
});

test('an entry leaves no trace when the access it records is rolled back', async () => {
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await recordAccess(trx, who, access());
      throw new Error('rolled back');
    }),
  );
  assert.equal(await sealAudit(pool, heads), 0);
});

test('the database refuses every change, removal and premature seal', async () => {
  await sealedTrail(2);
  await record(1);
  const refused = [
    "UPDATE audit_entries SET action = 'list' WHERE position = 1",
    "UPDATE audit_entries SET action = 'list' WHERE position IS NULL",
    'UPDATE audit_entries SET position = 9 WHERE position = 1',
    'UPDATE audit_entries SET position = NULL, hash = NULL',
    "UPDATE audit_entries SET position = 3, hash = sha256('x'), outcome = 'refused' WHERE position IS NULL",
    'DELETE FROM audit_entries WHERE position = 1',
    'DELETE FROM audit_entries WHERE position IS NULL',
    'TRUNCATE audit_entries',
    `INSERT INTO audit_entries (actor_role, action, resource_kind, resource_id, patient_id, outcome, position, hash)
      VALUES ('system', 'read', 'file', uuidv7(), uuidv7(), 'granted', 3, sha256('x'))`,
  ];
  for (const statement of refused) await assert.rejects(pool.query(statement), /append-only/, statement);
  assert.equal(await sealAudit(pool, heads), 1);
  assert.deepEqual(await faults(), []);
});

test('a changed entry is named', async () => {
  await sealedTrail(10);
  const columns = {
    action: "'delete'",
    actor_id: 'uuidv7()',
    resource_id: 'uuidv7()',
    patient_id: 'uuidv7()',
    appointment_id: 'uuidv7()',
    outcome: "'refused'",
    address: "'10.0.0.1'",
    request_id: 'NULL',
    at: "at + interval '1 microsecond'",
    hash: "sha256('x')",
  };
  for (const [column, value] of Object.entries(columns)) {
    await tamper('CREATE TABLE kept AS SELECT * FROM audit_entries WHERE position = 4');
    await tamper(`UPDATE audit_entries SET ${column} = ${value} WHERE position = 4`);
    assert.ok((await faults()).includes('changed 4'), column);
    await tamper(
      `UPDATE audit_entries e SET ${column} = kept.${column} FROM kept WHERE e.position = kept.position`,
    );
    await tamper('DROP TABLE kept');
    assert.deepEqual(await faults(), []);
  }
});

test('a removed entry is named', async () => {
  await sealedTrail(10);
  await tamper('DELETE FROM audit_entries WHERE position = 4');
  assert.deepEqual(await faults(), ['removed 4']);
  await tamper('DELETE FROM audit_entries WHERE position IN (1, 5)');
  assert.deepEqual(await faults(), ['removed 1', 'removed 4']);
});

test('a removed entry whose gap was closed is noticed', async () => {
  await sealedTrail(10);
  await tamper('DELETE FROM audit_entries WHERE position = 4');
  await tamper('UPDATE audit_entries SET position = position + 1000 WHERE position > 4');
  await tamper('UPDATE audit_entries SET position = position - 1001 WHERE position > 1000');
  const found = await faults();
  assert.ok(found.includes('changed 4') && found.includes('cut_off 10'));
});

test('an inserted entry is named, sealed or not', async () => {
  await sealedTrail(10);
  const insert = (extra: string, values: string) => `INSERT INTO audit_entries
    (actor_role, action, resource_kind, resource_id, patient_id, outcome${extra})
    VALUES ('system', 'read', 'file', uuidv7(), uuidv7(), 'granted'${values})`;
  await tamper(insert(', position, hash', ", 11, sha256('x')"));
  assert.deepEqual(await faults(), ['changed 11']);
  await tamper('DELETE FROM audit_entries WHERE position = 11');

  await tamper(insert(', at', ", now() - interval '1 day'"));
  assert.deepEqual(await faults(), ['inserted null']);
  await sealAudit(pool, heads);
  assert.deepEqual(await faults(), ['inserted 11']);
});

test('an entry pushed into the middle is noticed', async () => {
  await sealedTrail(10);
  await tamper('UPDATE audit_entries SET position = position + 1000 WHERE position >= 4');
  await tamper('UPDATE audit_entries SET position = position - 999 WHERE position > 1000');
  await tamper(`INSERT INTO audit_entries (actor_role, action, resource_kind, resource_id, patient_id, outcome,
    position, hash) VALUES ('system', 'read', 'file', uuidv7(), uuidv7(), 'granted', 4, sha256('x'))`);
  assert.ok((await faults()).includes('changed 4'));
});

test('a cut off end is named, and nothing is sealed over it', async () => {
  await sealedTrail(10);
  await tamper('DELETE FROM audit_entries WHERE position > 7');
  assert.deepEqual(await faults(), ['cut_off 8']);
  await record(5);
  await assert.rejects(sealAudit(pool, heads), ChainBroken);
  assert.deepEqual(await faults(), ['cut_off 8']);
  await tamper('TRUNCATE audit_entries');
  assert.deepEqual(await faults(), ['cut_off 1']);
});

test('a chain computed anew after a change does not pass for the recorded one', async () => {
  await sealedTrail(10);
  await tamper("UPDATE audit_entries SET action = 'list' WHERE position = 4");
  const { rows } = await pool.query<ChainRow>(`SELECT ${chainColumns} FROM audit_entries ORDER BY position`);
  let hash = genesisHash;
  for (const [index, row] of rows.entries()) {
    hash = chainHash(hash, index + 1, row);
    await tamper('UPDATE audit_entries SET hash = $1 WHERE id = $2', [hash, row.id]);
  }
  assert.deepEqual(await faults(), ['rewritten 10']);
  await record(1);
  await assert.rejects(sealAudit(pool, heads), ChainBroken);
});

test('lost heads are noticed', async () => {
  await sealedTrail(3);
  const empty = await openHeadFiles(await mkdtemp(join(root, 'heads-')));
  const { faults: found } = await verifyAudit(pool, empty);
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ['head_missing'],
  );
});

test('a crash while a head is written loses no head and stops nothing', async () => {
  await sealedTrail(3);
  await appendFile(join(folder, 'audit-heads.log'), '{"position":4,"ha');
  await writeFile(join(folder, 'audit-head.json.new'), 'half');
  heads = await openHeadFiles(folder);
  assert.equal((await heads.latest())?.position, 3);
  await sealedTrail(2);
  assert.deepEqual(await faults(), []);
  assert.equal((await (await openHeadFiles(folder)).all()).length, 3);
});

test('a crash between the seal and its head is made good by the next round', async () => {
  await record(3);
  const failing = { ...heads, record: () => Promise.reject(new Error('killed')) };
  await assert.rejects(sealAudit(pool, failing), /killed/);
  assert.equal(await sealAudit(pool, heads), 0);
  assert.equal((await heads.latest())?.position, 3);
  assert.deepEqual(await faults(), []);
});

test('sealers that race while entries arrive make one chain of all of them', async () => {
  const log = createLog('silent');
  const sealers = [1, 2, 3].map(() => startAuditSealer({ pool, heads, log }));
  await Promise.all(Array.from({ length: 8 }, () => record(40)));
  const unsealed = async () => (await verifyAudit(pool, heads)).unsealed;
  while ((await unsealed()) > 0) for (const sealer of sealers) sealer.wake();
  for (const sealer of sealers) await sealer.stop();
  const verdict = await verifyAudit(pool, heads);
  assert.deepEqual([verdict.rows, verdict.faults], [320, []]);
});

test('the command says what it found and tells it by its exit code', async () => {
  await sealedTrail(3);
  const lines: string[] = [];
  const deps = { pool, heads, print: (line: string) => lines.push(line) };
  assert.equal(await auditVerifyMain(deps), 0);
  assert.match(lines[0] ?? '', /^3 entries checked in .* rows\/s\), 0 not yet sealed$/);
  await tamper('DELETE FROM audit_entries WHERE position = 2');
  assert.equal(await auditVerifyMain(deps), 1);
  assert.match(lines.join('\n'), /removed: position 2/);
});
