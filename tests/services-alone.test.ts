import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { appointmentMigrations } from '@consulta/appointment';
import type { TokenPair } from '@consulta/contracts';
import { platformMigrations } from '@consulta/platform/database';
import { makeServiceKeys, serviceKeyFileIn } from '@consulta/platform/embedded/service-keys';
import { freePort } from '@consulta/platform/process';
import { createTestDatabase } from '@consulta/platform/testing';
import { apiAt } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { patientInput } from './support/people.ts';

/*
 * Each service in a process of its own, on one PostgreSQL, where they find one another by the addresses given.
 */

const names = ['user', 'schedule', 'appointment', 'appointment-creator', 'review-processor'] as const;
type Name = (typeof names)[number];

const [users, schedules, appointments, bus] = await Promise.all([
  createTestDatabase([]),
  createTestDatabase([]),
  createTestDatabase([platformMigrations, appointmentMigrations]),
  createTestDatabase([]),
]);
const databases: Record<Name, string> = {
  user: users.url,
  schedule: schedules.url,
  appointment: appointments.url,
  'appointment-creator': appointments.url,
  'review-processor': appointments.url,
};
const ports = new Map<Name, { port: number; internalPort: number }>();
for (const name of names) ports.set(name, { port: await freePort(), internalPort: await freePort() });
const internalUrl = (name: Name) => `http://127.0.0.1:${ports.get(name)?.internalPort}`;
const apiOf = (name: Name) => apiAt(`http://localhost:${ports.get(name)?.port}`);
const folder = await mkdtemp(join(tmpdir(), 'consulta-alone-'));
await makeServiceKeys(folder);
const running = new Map<Name, { child: ChildProcess; exited: Promise<number | null> }>();

function start(name: Name): void {
  const { port, internalPort } = ports.get(name) ?? {};
  const child = spawn(process.execPath, [`services/${name}/src/main.ts`], {
    cwd: new URL('../', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      DATABASE_URL: databases[name],
      BUS_DATABASE_URL: bus.url,
      USER_URL: internalUrl('user'),
      SCHEDULE_URL: internalUrl('schedule'),
      SERVICE_KEYS_FILE: serviceKeyFileIn(folder, name),
      DATA_DIR: join(folder, name),
      LOG_LEVEL: 'silent',
    },
  });
  running.set(name, { child, exited: new Promise((resolve) => child.once('exit', resolve)) });
}

after(async () => {
  for (const { child } of running.values()) child.kill('SIGKILL');
  for (const { exited } of running.values()) await exited;
  for (const { pool } of [users, schedules, bus]) await pool.end();
  await appointments.drop();
  await rm(folder, { recursive: true, force: true });
});

const isReady = async (name: Name) => (await fetch(`${internalUrl(name)}/health/ready`)).status === 200;

test('each service starts alone and becomes ready, in whatever order they are started', async () => {
  for (const name of names.toReversed()) start(name);
  for (const name of names) await eventually(async () => assert.ok(await isReady(name)), 120_000);
  const user = ports.get('user');
  assert.equal((await fetch(`http://localhost:${user?.port}/health/ready`)).status, 200);
  assert.equal((await fetch(`${internalUrl('review-processor')}/metrics`)).status, 200);
});

/** A new patient's access token. */
async function newPatient(): Promise<string> {
  const person = patientInput();
  await apiOf('user').expect(201, 'POST', '/users', { body: person });
  const credentials = { identifier: person.email, password: person.password };
  const { accessToken } = await apiOf('user').expect<TokenPair>(200, 'POST', '/auth/login', {
    body: credentials,
  });
  return accessToken;
}

test('while the schedule service answers nothing, who needs it is told within a second or so to come again', async () => {
  const token = await newPatient();
  const ask = () =>
    apiOf('appointment').call('POST', '/appointments', { token, body: { slotId: randomUUIDv7() } });
  assert.equal((await ask()).status, 404);
  const schedule = running.get('schedule')?.child;
  schedule?.kill('SIGSTOP');
  for (let asked = 0; asked < 10; asked += 1) {
    const startedMs = performance.now();
    const { status, headers } = await ask();
    assert.equal(status, 503);
    assert.equal(headers.get('retry-after'), '1');
    assert.ok(
      performance.now() - startedMs < 5_000,
      'far more than it should take, for machines that are busy',
    );
  }
  assert.equal(await isReady('appointment'), true);
  assert.equal((await apiOf('appointment').call('GET', '/appointments', { token })).status, 200);
  schedule?.kill('SIGCONT');
  await eventually(async () => assert.equal((await ask()).status, 404), 30_000);
});

/** What a process has in memory, in MiB, its parts of the program's file included (Linux). */
async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

test('a worker that has little to do takes little memory', {
  skip: process.platform !== 'linux' && 'there is no /proc here',
}, async () => {
  const { child } = running.get('review-processor') ?? {};
  await eventually(async () => {
    const resident = await residentMib(child?.pid ?? 0);
    assert.ok(resident < 80, `${resident.toFixed(1)} MiB`);
  }, 60_000);
});

test('each ends cleanly when it is told to', async () => {
  for (const name of names) {
    const { child, exited } = running.get(name) ?? {};
    child?.kill('SIGTERM');
    assert.equal(await exited, 0, name);
  }
});
