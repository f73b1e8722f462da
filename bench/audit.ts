/*
 * What auditing costs: file reads per second through HTTP with and without it, in turns on the same PostgreSQL
 * (which waits for the disk at every commit), and how many audit rows per second the verification checks.
 *
 *   npm run bench:audit -- [--rounds 24] [--seconds 1] [--connections 32] [--kib 200] [--rows 100000]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openHeadFiles } from '@consulta/appointment';
import {
  appWith,
  bearer,
  bookAppointment,
  callAs,
  type DocumentTables,
  documentMigrations,
  extendChain,
  fileOpener,
  fileRoutes,
  formWith,
  newPerson,
  pngOfSize,
  rightsUnless,
  startChaining,
  type Trail,
  trailKeyIn,
  verifyAudit,
} from '@consulta/appointment/testing';
import { migrate, openPool, patientLimits, queryBuilder } from '@consulta/platform/database';
import { openDiskBlobStore, openKeyRingFile } from '@consulta/platform/embedded';
import { startEmbeddedPostgres } from '@consulta/platform/embedded/postgres';
import { createLog, createMetrics } from '@consulta/platform/process';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '24' },
    seconds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '32' },
    kib: { type: 'string', default: '200' },
    rows: { type: 'string', default: '100000' },
  },
});
const [rounds, seconds, rows] = [Number(values.rounds), Number(values.seconds), Number(values.rows)];
const target = 0.9;

const log = createLog('silent');
const folder = await mkdtemp(join(tmpdir(), 'consulta-bench-'));
// PostgreSQL may run as another user, who must get through.
await chmod(folder, 0o755);
const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: true, log });
const url = (await postgres.database('appointments'))();
const pool = openPool({ url, connectionsMax: 10, limits: patientLimits });
try {
  await migrate(pool, documentMigrations);
  const keys = trailKeyIn(await openKeyRingFile(join(folder, 'keys.json')));
  const heads = await openHeadFiles(join(folder, 'heads'));
  const trail: Trail = { pool, heads, keys, log, now: Temporal.Now.instant };
  const reads = await measureReads(trail);
  const verify = await measureVerification(trail);
  const figures = { ...reads.audited, verifyRowsPerSecond: verify.rowsPerSecond, verifiedRows: verify.rows };
  const ratio = Number(reads.ratio.toFixed(3));
  console.log(
    JSON.stringify({ bench: 'audit', figures, baseline: reads.plain, ratio, target, met: ratio >= target }),
  );
} finally {
  await pool.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

type Reads = { readsPerSecond: number };

/** Pairs of rounds, each pair in the other order; the ratio is the median of the pairs'. */
async function measureReads(trail: Trail): Promise<{ audited: Reads; plain: Reads; ratio: number }> {
  const world = await serveFiles();
  const sealer = startChaining(trail, createMetrics());
  for (const address of [world.audited, world.plain]) await world.load(address, 1);
  const pairs: { audited: number; plain: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['audited', 'plain'] as const) : (['plain', 'audited'] as const);
    const pair = { audited: 0, plain: 0 };
    for (const side of order) pair[side] = await world.load(world[side], seconds);
    pairs.push(pair);
    console.log(`audited ${pair.audited.toFixed(0)}/s, not audited ${pair.plain.toFixed(0)}/s`);
  }
  await sealer.stop();
  await world.close();
  return {
    audited: { readsPerSecond: Math.round(median(pairs.map(({ audited }) => audited))) },
    plain: { readsPerSecond: Math.round(median(pairs.map(({ plain }) => plain))) },
    ratio: median(pairs.map(({ audited, plain }) => audited / plain)),
  };
}

/** The same routes twice: as they are, and with a statement that leaves the audit rows out. */
async function serveFiles() {
  const patient = newPerson('patient');
  const deps = {
    db: queryBuilder<DocumentTables>(pool),
    pool,
    blobs: await openDiskBlobStore(join(folder, 'files')),
    keyRing: await openKeyRingFile(join(folder, 'keys.json')),
    rights: rightsUnless(new Set()),
    log,
    findPerson: async () => undefined,
    quotaBytes: Number.MAX_SAFE_INTEGER,
  };
  const otherPool = openPool({ url, connectionsMax: 10, limits: patientLimits });
  const apps = [
    await appWith(fileRoutes(deps)),
    await appWith(fileRoutes({ ...deps, open: fileOpener(otherPool, unauditedStatement()) })),
  ] as const;
  const [audited, plain] = await Promise.all(apps.map((app) => app.listen({ host: '127.0.0.1', port: 0 })));
  if (!audited || !plain) throw new Error('the servers have no address');

  const doctor = newPerson('doctor');
  const appointment = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });
  const ids: string[] = [];
  for (let file = 0; file < 50; file += 1) {
    const form = await formWith(pngOfSize(Number(values.kib) * 1024));
    const path = `/appointments/${appointment}/files`;
    const response = await callAs(apps[0], patient, { method: 'POST', url: path, ...form });
    ids.push(response.json<{ id: string }>().id);
  }
  const client = fork(new URL('support/file-readers.ts', import.meta.url));
  const failure = new AbortController();
  client.once('exit', () => failure.abort(new Error('the readers failed')));
  const load = async (address: string, forSeconds: number): Promise<number> => {
    const connections = Number(values.connections);
    client.send({ address, ids, authorization: bearer(patient), seconds: forSeconds, connections });
    const [perSecond]: number[] = await once(client, 'message', { signal: failure.signal });
    return perSecond ?? 0;
  };
  const close = async () => {
    client.removeAllListeners('exit');
    client.kill();
    for (const app of apps) await app.close();
    await otherPool.end();
  };
  return { audited, plain, load, close };
}

function unauditedStatement(): string {
  const file = new URL('../services/appointment/src/documents/files/open.sql', import.meta.url);
  const statement = readFileSync(file, 'utf8');
  const plain = statement.replace(/, recorded AS \([\s\S]*?\n\)\n/, '\n');
  if (plain === statement || plain.includes('audit_entries'))
    throw new Error('open.sql has another form now');
  return plain;
}

async function measureVerification(trail: Trail): Promise<{ rows: number; rowsPerSecond: number }> {
  await pool.query(
    `INSERT INTO audit_entries (actor_id, actor_role, address, request_id, action, resource_kind, resource_id,
       appointment_id, patient_id, outcome)
     SELECT uuidv7(), 'doctor', '127.0.0.1', 'request', 'download', 'file', uuidv7(), uuidv7(), uuidv7(), 'granted'
     FROM generate_series(1, $1::integer)`,
    [rows],
  );
  while ((await extendChain(trail)) > 0);
  const evidence = { heads: trail.heads, trailKey: await trail.keys.read() };
  const verdicts = [];
  for (let run = 0; run < 3; run += 1) verdicts.push(await verifyAudit(pool, evidence));
  const faults = verdicts.flatMap((verdict) => verdict.faults);
  if (faults.length > 0) throw new Error(`the trail is not whole: ${JSON.stringify(faults[0])}`);
  const rates = verdicts.map((verdict) => verdict.rows / verdict.seconds);
  const rowsPerSecond = Math.round(median(rates));
  console.log(`verified ${verdicts[0]?.rows} rows at ${rowsPerSecond} rows/s`);
  return { rows: verdicts[0]?.rows ?? 0, rowsPerSecond };
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
