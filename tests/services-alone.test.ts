import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TokenPair } from '@consulta/contracts';
import { details } from '@consulta/contracts/details';
import { makeServiceKeys, serviceKeyFileIn } from '@consulta/platform/embedded/service-keys';
import { freePort } from '@consulta/platform/process';
import { createTestDatabase } from '@consulta/platform/testing';
import { apiAt } from './support/api.ts';
import { RawConnection } from './support/attack.ts';
import { eventually } from './support/eventually.ts';
import { hammer } from './support/hammer.ts';
import { patientInput } from './support/people.ts';
import { processesOn } from './support/processes.ts';
import {
  freePorts,
  runCommand,
  type ServiceName,
  type ServicePorts,
  type ServiceProcess,
  serviceNames,
  spawnService,
} from './support/service-process.ts';

/*
 * Each service in a process of its own, on one PostgreSQL, where they find one another by the addresses given.
 */

const [users, schedules, appointments, bus] = await Promise.all([
  createTestDatabase([]),
  createTestDatabase([]),
  createTestDatabase([]),
  createTestDatabase([]),
]);
const databases: Record<ServiceName, string> = {
  user: users.url,
  schedule: schedules.url,
  appointment: appointments.url,
  'appointment-creator': appointments.url,
  'review-processor': appointments.url,
};
const owners = ['user', 'schedule', 'appointment'] as const;
const ports = new Map<ServiceName, ServicePorts>();
for (const name of serviceNames) ports.set(name, await freePorts());
const internalUrl = (name: ServiceName) => `http://127.0.0.1:${ports.get(name)?.internalPort}`;
const folder = await mkdtemp(join(tmpdir(), 'consulta-alone-'));
await makeServiceKeys(folder);
/** Ends so that none begins like another. */
const dataFolder = (name: ServiceName) => `${join(folder, name)}/`;
const running = new Map<ServiceName, ServiceProcess>();
const started: ServiceProcess[] = [];

async function start(name: ServiceName, environment: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = spawnService(name, ports.get(name) ?? (await freePorts()), {
    DATABASE_URL: databases[name],
    BUS_DATABASE_URL: bus.url,
    USER_URL: internalUrl('user'),
    SCHEDULE_URL: internalUrl('schedule'),
    SERVICE_KEYS_FILE: serviceKeyFileIn(folder, name),
    DATA_DIR: dataFolder(name),
    ...environment,
  });
  running.set(name, service);
  started.push(service);
  return service;
}

after(async () => {
  for (const service of started) await service.kill();
  for (const { pool } of [users, schedules, bus]) await pool.end();
  await appointments.drop();
  await rm(folder, { recursive: true, force: true });
});

const serviceOf = (name: ServiceName): ServiceProcess => {
  const service = running.get(name);
  if (!service) throw new Error(`the ${name} does not run`);
  return service;
};
const says = (name: ServiceName, status: number, words: string) =>
  eventually(async () => {
    const { status: given, says } = (await serviceOf(name).readiness()) ?? {};
    assert.deepEqual([given, says], [status, words], name);
  }, 120_000);

test('one whose database does not answer says so from the start, and stops all the same', async () => {
  for (const name of serviceNames) {
    const nowhere = `postgres://nobody@127.0.0.1:${await freePort()}/nothing`;
    const service = await start(name, { DATABASE_URL: nowhere });
    await says(name, 503, details.databaseSilent.en);
    assert.equal((await fetch(`${service.internalUrl}/health/live`)).status, 200);
    assert.equal((await fetch(`${service.internalUrl}/internal/anything`)).status, 503);
    assert.equal(await service.terminate(), 0, name);
  }
});

test('each names what is missing until it is there, in whatever order they are started', async () => {
  const others = serviceNames.filter((name) => name !== 'user').toReversed();
  for (const name of others) await start(name);
  for (const name of others) await says(name, 503, details.migrationsMissing.en);
  for (const name of owners) {
    await runCommand([`services/${name}/src/migrate.ts`], { DATABASE_URL: databases[name] });
  }
  for (const name of ['schedule', 'appointment'] as const) await says(name, 503, details.sessionsUnread.en);
  await start('user');
  for (const name of serviceNames) await says(name, 200, 'ok');
  assert.equal((await fetch(`${serviceOf('user').url}/health/ready`)).status, 200);
  assert.equal((await fetch(`${internalUrl('review-processor')}/metrics`)).status, 200);
});

const apiOf = (name: ServiceName) => apiAt(serviceOf(name).url, serviceOf('user').url);

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
  const schedule = serviceOf('schedule');
  process.kill(schedule.pid, 'SIGSTOP');
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
  await says('appointment', 200, 'ok');
  assert.equal((await apiOf('appointment').call('GET', '/appointments', { token })).status, 200);
  process.kill(schedule.pid, 'SIGCONT');
  await eventually(async () => assert.equal((await ask()).status, 404), 30_000);
});

test('the user service describes the routes of all, and the others describe nothing', async () => {
  const served = await fetch(`${serviceOf('user').url}/openapi.json`);
  const { paths } = (await served.json()) as { paths: Record<string, object> };
  for (const path of ['/api/v1/users', '/api/v1/schedules', '/api/v1/appointments'])
    assert.ok(paths[path], path);
  assert.equal((await fetch(`${serviceOf('user').url}/docs`)).status, 200);
  assert.equal((await fetch(`${serviceOf('schedule').url}/docs`)).status, 404);
});

/** What a process has in memory, in MiB, its parts of the program's file included (Linux). */
async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

test('a worker that has little to do takes little memory', {
  skip: process.platform !== 'linux' && 'there is no /proc here',
}, async () => {
  const { pid } = serviceOf('review-processor');
  await eventually(async () => {
    const resident = await residentMib(pid);
    assert.ok(resident < 80, `${resident.toFixed(1)} MiB`);
  }, 60_000);
});

const asked: Record<(typeof owners)[number], string> = {
  user: '/.well-known/jwks.json',
  schedule: '/health/live',
  appointment: '/health/live',
};

for (const name of owners.toReversed()) {
  test(`the ${name} service stops without losing a request`, async () => {
    const service = serviceOf(name);
    const idle = await RawConnection.open(service);
    const half = await RawConnection.open(service);
    half.send('GET /health/live HTTP/1.1\r\nhost: local');
    const whole = await RawConnection.open(service);
    whole.send('GET /health/live HTTP/1.1\r\nhost: local');
    const requests = hammer(service.url + asked[name], `${service.url}/health/ready`);
    await requests.begun;
    const exited = service.terminate();
    await requests.unready;
    whole.send('host\r\n\r\n');
    await whole.until((received) => received.includes('200 OK') && /connection: close/i.test(received));
    const { lost, answered, sentAway } = await requests.finished;
    assert.deepEqual(lost, []);
    assert.ok(answered.every((status) => status === 200));
    assert.ok(sentAway > 0, 'callers are told to connect elsewhere');
    assert.equal(await exited, 0);
    assert.deepEqual(await processesOn(dataFolder(name)), []);
    idle.socket.destroy();
  });
}

for (const name of ['appointment-creator', 'review-processor'] as const) {
  test(`the ${name} stops, and leaves nothing`, async () => {
    assert.equal(await serviceOf(name).terminate(), 0);
    assert.deepEqual(await processesOn(dataFolder(name)), []);
  });
}
