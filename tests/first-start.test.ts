import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type { Appointment, DoctorSummary, TokenPair } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { readIfThere } from '@consulta/platform/embedded';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { KeyMissing } from '@consulta/platform/encryption';
import { readConfig, type Standalone, startStandalone } from '@consulta/standalone';
import { apiAt } from './support/api.ts';
import { addFile } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { processesOn } from './support/processes.ts';
import { removeFolder } from './support/server-process.ts';

const folders: string[] = [];
after(async () => {
  for (const folder of folders) {
    for (const { pid } of await processesOn(folder)) process.kill(pid, 'SIGKILL');
    await removeFolder(folder);
  }
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(joinPath(tmpdir(), 'consulta-first-start-'));
  folders.push(folder);
  return folder;
}

const environment = (folder: string) => ({
  PORT: '0',
  INTERNAL_PORT: '0',
  DATA_DIR: folder,
  DEMO: '1',
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'silent',
});

const start = (
  folder: string,
  more: Record<string, string> = {},
  onStep = (_: string): unknown => undefined,
) => startStandalone(readConfig({ ...environment(folder), ...more }), { onStep });

async function stop(standalone: Standalone, folder: string): Promise<void> {
  assert.deepEqual(await standalone.stop(), []);
  assert.deepEqual(await processesOn(folder), []);
}

/** A start in a process of its own, which kills itself at this step. */
function startToDie(folder: string, step: string): ChildProcess {
  const script = new URL('support/start-and-die.ts', import.meta.url).pathname;
  const env = { ...process.env, ...environment(folder), DIE_AT: step };
  return spawn(process.execPath, [script], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** All that a first start with demo data makes is there, once. */
async function assertComplete(standalone: Standalone, folder: string): Promise<void> {
  const api = apiAt(standalone.url);
  const body = { identifier: 'admin@demo.consulta.example', password: 'consulta-demo-2026' };
  const { accessToken: token } = await api.expect<TokenPair>(200, 'POST', '/auth/login', { body });
  await eventually(async () => {
    const found = await api.expect<{ items: DoctorSummary[] }>(200, 'GET', '/doctors?limit=100', { token });
    assert.equal(found.items.length, 50);
    assert.ok(found.items.every(({ nextAvailableAt }) => nextAvailableAt !== null));
  }, 30_000);
  const pool = openPool({
    url: await runningDatabaseUrl(joinPath(folder, 'postgres'), 'users'),
    connectionsMax: 1,
  });
  const { rows } = await pool.query('SELECT role, count(*) FROM users GROUP BY role ORDER BY role');
  await pool.end();
  assert.deepEqual(rows, [
    { role: 'admin', count: 1 },
    { role: 'doctor', count: 50 },
    { role: 'patient', count: 20 },
  ]);
  const kept = await readdir(folder);
  assert.ok(!kept.includes('demo-data-unfinished'));
  assert.deepEqual((await readdir(joinPath(folder, 'postgres'))).sort(), ['data', 'password']);
}

/** One of each kind; `npm run test:faults` kills at every step. */
const steps = [
  'place for initialising made',
  'database initialised',
  'database users made',
  'users migrated',
  'key file made',
  'demo data begun',
  'demo people made',
  'demo schedules made',
];

test('a first start that is killed at one step after another is complete in the end', async () => {
  const folder = await newFolder();
  let keys: string | undefined;
  for (const step of steps) {
    const [, signal] = await once(startToDie(folder, step), 'exit');
    assert.equal(signal, 'SIGKILL', `a start on what was left before did not come to: ${step}`);
    const now = await readIfThere(joinPath(folder, 'keys.json'));
    if (keys) assert.deepEqual(encryptionKeys(now), encryptionKeys(keys), `another key file after: ${step}`);
    keys = now;
  }
  const standalone = await start(folder);
  await assertComplete(standalone, folder);
  await stop(standalone, folder);
});

const encryptionKeys = (file: string | undefined): unknown => JSON.parse(file ?? '{}').keys;

test('a start right after one that was killed while PostgreSQL’s folder was being made succeeds', async () => {
  const folder = await newFolder();
  const child = startToDie(folder, 'none');
  const exited = once(child, 'exit');
  const postgres = joinPath(folder, 'postgres');
  await eventually(async () => {
    const place = (await readdir(postgres)).find((name) => name.startsWith('initialising-'));
    await stat(joinPath(postgres, place ?? '', 'data', 'PG_VERSION'));
  });
  child.kill('SIGKILL');
  await exited;
  const standalone = await start(folder);
  await assertComplete(standalone, folder);
  await stop(standalone, folder);
});

test('a start that cannot have its port leaves nothing running and makes no demo data', async () => {
  const folder = await newFolder();
  const other = createServer().listen(0, 'localhost');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const steps: string[] = [];
  await assert.rejects(
    start(folder, { PORT: port, INTERNAL_PORT: '0' }, (step) => steps.push(step)),
    { name: 'WrongSetting', message: /^PORT is \d+, which another program uses: it accepts a free port/ },
  );
  other.close();
  assert.deepEqual(await processesOn(folder), []);
  assert.ok(!steps.some((step) => step.startsWith('demo')), String(steps));
  const standalone = await start(folder);
  assert.equal(standalone.demoAccounts?.length, 3);
  await assertComplete(standalone, folder);
  await stop(standalone, folder);
});

test('a start that fails at any step stops what it started', async () => {
  const folder = await newFolder();
  for (const step of [
    'folder locked',
    'place for initialising made',
    'PostgreSQL started',
    'database bus made',
    'queues opened',
    'internal entrance open',
    'key file made',
    'public entrance open',
  ]) {
    const failing = (name: string) => {
      if (name === step) throw new Error('planted');
    };
    await assert.rejects(start(folder, { DEMO: '0' }, failing), /planted/, step);
    assert.deepEqual(await processesOn(folder), [], step);
  }
});

test('where encrypted files are and their key file is not, a start says so and makes no other', async () => {
  const folder = await newFolder();
  const standalone = await start(folder, { DEMO: '0' });
  const api = apiAt(standalone.url);
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const asked = { token: patient.token, body: { slotId: slot?.id }, headers: { prefer: 'wait=10' } };
  const { id } = await api.expect<Appointment>(201, 'POST', '/appointments', asked);
  await addFile(api, patient, id, pdf());
  await stop(standalone, folder);

  const [keys, backup] = [joinPath(folder, 'keys.json'), joinPath(folder, 'backup.json')];
  await rename(keys, backup);
  await assert.rejects(start(folder, { DEMO: '0' }), KeyMissing);
  await assert.rejects(stat(keys), { code: 'ENOENT' });
  assert.deepEqual(await processesOn(folder), []);
  await rename(backup, keys);
  await stop(await start(folder, { DEMO: '0' }), folder);
});
