import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { platformMigrations, queryBuilder } from '@consulta/platform/database';
import { openKeyRingFile, rotateKeyFile } from '@consulta/platform/embedded';
import { createLog, createMetrics } from '@consulta/platform/process';
import { createTestDatabase } from '@consulta/platform/testing';
import { recordPage } from '../../testing/fixtures.ts';
import { type AuditHeads, signHead } from './audit-heads.ts';
import { type ChainRow, chainColumns, chainHash, genesisHash } from './chain.ts';
import { chainingLagSeconds, startChaining } from './chaining-loop.ts';
import { ChainBroken, extendChain, type Trail } from './extend-chain.ts';
import { openHeadFiles, readHeadFiles } from './head-files.ts';
import { type Access, type Recorded, recordAccess, systemActor } from './record.ts';
import type { AuditTables } from './tables.ts';
import { type TrailKeyStore, trailKeyIn } from './trail-key.ts';
import { verifyAudit } from './verify.ts';
import { auditVerifyMain, parseNotedHead } from './verify-command.ts';

const migrations = [
  platformMigrations,
  { room: 'appointment', folder: new URL('../../migrations/', import.meta.url) },
];
const database = await createTestDatabase(migrations);
const { pool } = database;
const db = queryBuilder<AuditTables>(pool);
const root = await mkdtemp(join(tmpdir(), 'consulta-audit-'));
const log = createLog('silent');
let heads: AuditHeads;
let keys: TrailKeyStore;
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

const actor: Recorded = {
  userId: '01900000-0000-7000-8000-000000000001',
  role: 'doctor',
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
  for (let entry = 0; entry < count; entry += 1) await recordAccess(db, actor, access());
}
async function sealedTrail(count: number): Promise<void> {
  await record(count);
  assert.equal(await extendChain(trail()), count);
}
const trail = (): Trail => ({ pool, heads, keys, log, now: Temporal.Now.instant });
const verify = async (noted?: { position: number; hash: string }) =>
  verifyAudit(pool, { heads, trailKey: await keys.read(), noted });
const faults = async () => (await verify()).faults.map(({ kind, position }) => `${kind} ${position}`);

beforeEach(async () => {
  await tamper('TRUNCATE audit_entries RESTART IDENTITY');
  folder = await mkdtemp(join(root, 'heads-'));
  heads = await openHeadFiles(folder);
  keys = trailKeyIn(await openKeyRingFile(join(folder, 'keys.json')));
});

test('a trail nobody touched is whole, over several sealings and by anyone who recorded', async () => {
  await sealedTrail(3);
  await recordAccess(db, systemActor, access());
  await record(2);
  assert.equal(await extendChain(trail()), 3);
  const verdict = await verify();
  assert.deepEqual([verdict.rows, verdict.unsealed, verdict.faults], [6, 0, []]);
  await record(1);
  assert.equal((await verify()).unsealed, 1);
});

test('an empty trail is whole', async () => {
  assert.equal(await extendChain(trail()), 0);
  assert.deepEqual(await faults(), []);
});

test('who stops in the middle of chaining gives the chain up to others, and spoils nothing when it goes on', async () => {
  await record(3);
  const { promise: stopped, resolve: goOn } = Promise.withResolvers<void>();
  const stoppable = { ...heads, latest: () => stopped.then(() => heads.latest()) };
  const first = extendChain({ ...trail(), heads: stoppable });
  const deadlineMs = performance.now() + 30_000;
  let chained = 0;
  while (chained === 0 && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    chained = await extendChain(trail());
  }
  assert.equal(chained, 3);
  goOn();
  await assert.rejects(first);
  assert.deepEqual(await faults(), []);
});

test('an entry leaves no trace when the access it records is rolled back', async () => {
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await recordAccess(trx, actor, access());
      throw new Error('rolled back');
    }),
  );
  assert.equal(await extendChain(trail()), 0);
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
  assert.equal(await extendChain(trail()), 1);
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
  await extendChain(trail());
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
  await assert.rejects(extendChain(trail()), ChainBroken);
  assert.deepEqual(await faults(), ['cut_off 8']);
  await tamper('TRUNCATE audit_entries');
  assert.deepEqual(await faults(), ['cut_off 1']);
});

/** Computes the whole chain anew, as somebody does who has every right but not the key; answers its head. */
async function rechain(key?: Buffer): Promise<{ position: number; hash: string }> {
  const { rows } = await pool.query<ChainRow>(
    `SELECT ${chainColumns} FROM audit_entries WHERE position IS NOT NULL ORDER BY position`,
  );
  await tamper('UPDATE audit_entries SET position = position + 1000000');
  let hash = genesisHash;
  for (const [index, row] of rows.entries()) {
    hash = chainHash(hash, index + 1, row, key);
    await tamper('UPDATE audit_entries SET position = $1, hash = $2 WHERE id = $3', [
      index + 1,
      hash,
      row.id,
    ]);
  }
  return { position: rows.length, hash: hash.toString('hex') };
}

const hashAt = async (position: number): Promise<string> => {
  const sealed = 'SELECT hash FROM audit_entries WHERE position = $1';
  return (await pool.query<{ hash: Buffer }>(sealed, [position])).rows[0]?.hash.toString('hex') ?? '';
};

async function writeHeads(...recorded: object[]): Promise<void> {
  const lines = recorded.map((head) => `${JSON.stringify(head)}\n`);
  await writeFile(join(folder, 'audit-heads.log'), lines.join(''));
  await writeFile(join(folder, 'audit-head.json'), lines.at(-1) ?? '');
  heads = await openHeadFiles(folder);
}

test('rows removed, with chain and heads computed anew without the key, are found and stop the sealing', async () => {
  const stolen = Buffer.alloc(32, 7);
  for (const key of [undefined, stolen]) {
    await sealedTrail(10);
    await tamper('DELETE FROM audit_entries WHERE position = 4');
    const end = await rechain(key);
    const at = new Date().toISOString();
    for (const head of [end, { ...end, at, signature: 'ab' }, signHead(key ?? stolen, { ...end, at })]) {
      await writeHeads(head);
      const found = await faults();
      assert.ok(found.includes('changed 1') && found.includes(`head_forged ${end.position}`), String(found));
      assert.ok(found.includes('head_missing null'));
      await record(1);
      await assert.rejects(extendChain(trail()), ChainBroken);
    }
    await tamper('TRUNCATE audit_entries RESTART IDENTITY');
    await rm(join(folder, 'keys.json'));
    await writeHeads();
    keys = trailKeyIn(await openKeyRingFile(join(folder, 'keys.json')));
  }
});

test('heads put back to an earlier state give no leave to compute the rest anew', async () => {
  await sealedTrail(5);
  const { heads: earlier } = await heads.all();
  await sealedTrail(5);
  await tamper('DELETE FROM audit_entries WHERE position = 7');
  await rechain();
  await writeHeads(...earlier);
  assert.ok((await faults()).includes('changed 6'));
});

test('an end cut off with all its heads is found by a head noted elsewhere, and the command says so', async () => {
  await sealedTrail(5);
  const { heads: earlier } = await heads.all();
  await sealedTrail(5);
  const noted = await heads.latest();
  assert.ok(noted);
  await tamper('DELETE FROM audit_entries WHERE position > 5');
  await writeHeads(...earlier);
  assert.deepEqual(await faults(), [], 'what the trail cannot prove by itself');
  assert.deepEqual(
    (await verify(parseNotedHead(`${noted.position}:${noted.hash}`))).faults.map(({ kind }) => kind),
    ['cut_off'],
  );
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  assert.equal(await auditVerifyMain({ pool, heads, trailKey: await keys.read(), print }), 0);
  assert.match(
    lines.join('\n'),
    /Last signed head: 5:[0-9a-f]{64}[\s\S]*Not proven:[\s\S]*cut off together with/,
  );
});

test('a head of another trail, or in words of its own, is not one of this', async () => {
  for (const text of ['', '5', '5:abc', `-1:${'a'.repeat(64)}`, `5:${'A'.repeat(64)}`]) {
    assert.throws(() => parseNotedHead(text), /POSITION:HASH/);
  }
  await sealedTrail(2);
  await appendFile(join(folder, 'audit-heads.log'), 'not a head\n{"position":1.5}\n');
  assert.deepEqual(await faults(), ['head_forged null']);
});

test('turning the encryption keys leaves trail and heads whole', async () => {
  const path = join(folder, 'keys.json');
  await sealedTrail(3);
  await rotateKeyFile(path);
  keys = trailKeyIn(await openKeyRingFile(path));
  await sealedTrail(3);
  assert.deepEqual(await faults(), []);
});

/** A trail as versions without a key left it: plain hashes and unsigned heads. */
async function oldTrail(count: number): Promise<{ position: number; hash: string }> {
  await record(count);
  await tamper('UPDATE audit_entries SET position = id, hash = $1', [genesisHash]);
  return rechain();
}

test('the trail of an earlier version is taken over once, and then its heads need the key', async () => {
  const end = await oldTrail(4);
  await writeHeads({ position: 2, hash: await hashAt(2) }, end);
  assert.deepEqual(await faults(), [], 'before the first sealing');
  await sealedTrail(3);
  assert.deepEqual((await keys.read())?.since, end);
  assert.deepEqual(await faults(), []);

  await tamper("UPDATE audit_entries SET action = 'list' WHERE position = 2");
  const forged = await rechain();
  await writeHeads(forged);
  const found = await faults();
  assert.ok(found.includes('rewritten 4') && found.includes('head_forged 7'), String(found));
  await record(1);
  await assert.rejects(extendChain(trail()), ChainBroken);
});

test('an earlier version’s trail that does not fit its heads is not taken over', async () => {
  const end = await oldTrail(4);
  await writeHeads(end);
  await tamper('DELETE FROM audit_entries WHERE position = 4');
  await assert.rejects(extendChain(trail()), ChainBroken);
  assert.equal(await keys.read(), undefined);
  assert.deepEqual(await faults(), ['cut_off 4']);
});

test('a crash right after the key was made is made good by the next round', async () => {
  const failing = { ...heads, record: () => Promise.reject(new Error('killed')) };
  await record(2);
  await assert.rejects(extendChain({ ...trail(), heads: failing }), /killed/);
  assert.equal(await extendChain(trail()), 2);
  assert.deepEqual(await faults(), []);
});

test('a trail whose key is lost is not taken over by another key', async () => {
  await sealedTrail(3);
  await rm(join(folder, 'keys.json'));
  keys = trailKeyIn(await openKeyRingFile(join(folder, 'keys.json')));
  await record(1);
  await assert.rejects(extendChain(trail()), /restore it/);
  assert.equal(await keys.read(), undefined);
});

test('heads that vanish are not made anew', async () => {
  await sealedTrail(3);
  await writeHeads();
  assert.deepEqual(await faults(), ['head_missing null']);
  await record(1);
  await assert.rejects(extendChain(trail()), /heads are missing/);
});

test('a page is one entry, chained with all it showed', async () => {
  const shown = [1, 2, 3].map(() => {
    return { appointmentId: crypto.randomUUID(), patientId: crypto.randomUUID() };
  });
  await record(1);
  await recordPage(db, actor, shown);
  await recordPage(db, actor, []);
  assert.equal(await extendChain(trail()), 2);
  assert.deepEqual(await faults(), []);
  for (const column of ['resource_ids', 'appointment_ids', 'patient_ids']) {
    await assert.rejects(
      pool.query(`UPDATE audit_entries SET ${column} = NULL WHERE position = 2`),
      /append-only/,
    );
    const { rows } = await pool.query<{ ids: string[] }>(
      `SELECT ${column} AS ids FROM audit_entries WHERE position = 2`,
    );
    await tamper(`UPDATE audit_entries SET ${column}[2] = uuidv7() WHERE position = 2`);
    assert.deepEqual(await faults(), ['changed 2'], column);
    await tamper(`UPDATE audit_entries SET ${column} = $1::uuid[] WHERE position = 2`, [rows[0]?.ids]);
    assert.deepEqual(await faults(), []);
  }
});

test('how far the sealer is behind is known', async () => {
  assert.equal(await chainingLagSeconds(pool), 0);
  await tamper(`INSERT INTO audit_entries (at, actor_role, action, resource_kind, resource_id, patient_id, outcome)
    VALUES (now() - interval '5 minutes', 'system', 'read', 'file', uuidv7(), uuidv7(), 'granted')`);
  const seconds = await chainingLagSeconds(pool);
  assert.ok(seconds >= 300 && seconds < 400, String(seconds));
  await extendChain(trail());
  assert.equal(await chainingLagSeconds(pool), 0);
});

test('a sealer that cannot seal says so in the gauge and the log', async () => {
  await sealedTrail(1);
  await writeHeads();
  await tamper(`INSERT INTO audit_entries (at, actor_role, action, resource_kind, resource_id, patient_id, outcome)
    VALUES (now() - interval '5 minutes', 'system', 'read', 'file', uuidv7(), uuidv7(), 'granted')`);
  const metrics = createMetrics();
  const warned = Promise.withResolvers<{ lagSeconds: number }>();
  const listening = { ...log, error: () => {}, warn: warned.resolve } as unknown as typeof log;
  const sealer = startChaining({ ...trail(), log: listening }, metrics);
  const { lagSeconds } = await warned.promise;
  await sealer.stop();
  assert.ok(lagSeconds >= 300);
  assert.match(await metrics.registry.metrics(), /consulta_audit_seal_lag_seconds 3\d\d/);
});

test('lost heads are noticed', async () => {
  await sealedTrail(3);
  const empty = await openHeadFiles(await mkdtemp(join(root, 'heads-')));
  heads = empty;
  const { faults: found } = await verify();
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
  assert.deepEqual(
    (await readHeadFiles(folder)).heads.map(({ position }) => position),
    [0, 5],
  );
});

test('a crash between the seal and its head is made good by the next round', async () => {
  assert.equal(await extendChain(trail()), 0);
  await record(3);
  const failing = { ...heads, record: () => Promise.reject(new Error('killed')) };
  await assert.rejects(extendChain({ ...trail(), heads: failing }), /killed/);
  assert.equal(await extendChain(trail()), 0);
  assert.equal((await heads.latest())?.position, 3);
  assert.deepEqual(await faults(), []);
});

test('sealers that race while entries arrive make one chain of all of them', async () => {
  const sealers = [1, 2, 3].map(() => startChaining(trail(), createMetrics()));
  await Promise.all(Array.from({ length: 8 }, () => record(40)));
  const unsealed = async () => (await verify()).unsealed;
  while ((await unsealed()) > 0) for (const sealer of sealers) sealer.wake();
  for (const sealer of sealers) await sealer.stop();
  const verdict = await verify();
  assert.deepEqual([verdict.rows, verdict.faults], [320, []]);
});

test('the command says what it found and tells it by its exit code', async () => {
  await sealedTrail(3);
  const lines: string[] = [];
  const trailKey = await keys.read();
  const deps = { pool, heads, trailKey, print: (line: string) => lines.push(line) };
  assert.equal(await auditVerifyMain(deps), 0);
  assert.match(lines[0] ?? '', /^3 entries checked in .* rows\/s\), 0 not yet sealed$/);
  await tamper('DELETE FROM audit_entries WHERE position = 2');
  assert.equal(await auditVerifyMain(deps), 1);
  assert.match(lines.join('\n'), /removed: position 2/);
});
