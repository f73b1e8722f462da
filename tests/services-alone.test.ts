import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TokenPair } from '@consulta/contracts';
import { details } from '@consulta/contracts/details';
import { freePort } from '@consulta/platform/process';
import { aloneSystem, type DatabaseOwner, databaseOwners } from './support/alone-system.ts';
import { RawConnection } from './support/attack.ts';
import { eventually } from './support/eventually.ts';
import { hammer } from './support/hammer.ts';
import { patientInput } from './support/people.ts';
import { processesOn } from './support/processes.ts';
import { freePorts, runCommand, type ServiceName, serviceNames } from './support/service-process.ts';

/*
 * Each service in a process of its own, on one PostgreSQL, where they find one another by the addresses given.
 */

const { databases, dataFolder, internalUrl, environmentOf, start, serviceOf, migrate, apiOf, stop } =
  await aloneSystem();
after(stop);

const says = (name: ServiceName, status: number, words: string) =>
  eventually(async () => {
    const { status: given, says } = (await serviceOf(name).readiness()) ?? {};
    assert.deepEqual([given, says], [status, words], name);
  }, 120_000);

test('one whose database does not answer says so from the start, and stops all the same', async () => {
  for (const name of serviceNames) {
    const service = await start(name, { DATABASE_URL: `postgres://nobody@${await nowhere()}/nothing` });
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
  for (const name of databaseOwners) await migrate(name);
  for (const name of ['schedule', 'appointment'] as const) await says(name, 503, details.sessionsUnread.en);
  await start('user');
  for (const name of serviceNames) await says(name, 200, 'ok');
  assert.equal((await fetch(`${serviceOf('user').url}/health/ready`)).status, 200);
  assert.equal((await fetch(`${internalUrl('review-processor')}/metrics`)).status, 200);
});

const away = async (name: ServiceName) => (await serviceOf(name).readiness())?.away;
const nowhere = async () => `127.0.0.1:${await freePort()}`;

test('one whose queues do not answer, or whose keys are lost, says so and serves nobody', async () => {
  await serviceOf('schedule').terminate();
  await start('schedule', { BUS_DATABASE_URL: `postgres://nobody@${await nowhere()}/nothing` });
  await says('schedule', 503, details.queuesSilent.en);
  await serviceOf('user').terminate();
  // In an empty folder, while what the lost keys opened is there.
  await start('user', { DATA_DIR: join(dataFolder('user'), 'another') });
  await says('user', 503, details.keysMissing.en);
  assert.equal((await fetch(`${internalUrl('user')}/.well-known/jwks.json`)).status, 503);
  for (const name of ['user', 'schedule'] as const) {
    assert.equal(await serviceOf(name).terminate(), 0, name);
    await start(name);
  }
  for (const name of ['user', 'schedule'] as const) await says(name, 200, 'ok');
});

test('one that cannot read the keys of access tokens says so until it can', async () => {
  const state = { keysAnswer: false };
  /** In place of the user service, which it asks all but the keys at first. */
  const between = createServer((request, response) => {
    if (request.url === '/.well-known/jwks.json' && !state.keysAnswer) return response.writeHead(503).end();
    const { host: _, connection: __, ...headers } = request.headers;
    return fetch(`${internalUrl('user')}${request.url}`, {
      headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    }).then(
      async (answer) => {
        const body = Buffer.from(await answer.arrayBuffer());
        const type = answer.headers.get('content-type') ?? '';
        response.writeHead(answer.status, { 'content-type': type }).end(body);
      },
      () => response.destroy(),
    );
  });
  const port = await freePort();
  between.listen(port, '127.0.0.1');
  await serviceOf('schedule').terminate();
  await start('schedule', { USER_URL: `http://127.0.0.1:${port}` });
  await says('schedule', 503, details.keysUnreadable.en);
  state.keysAnswer = true;
  await says('schedule', 200, 'ok');
  await serviceOf('schedule').terminate();
  between.close();
  await start('schedule');
  await says('schedule', 200, 'ok');
});

test('a Redis that is away is reported, and takes nobody out of service', async () => {
  await serviceOf('schedule').terminate();
  await start('schedule', { REDIS_URL: `redis://${await nowhere()}` });
  await says('schedule', 200, 'ok');
  assert.deepEqual(await away('schedule'), ['redis']);
  await serviceOf('schedule').terminate();
  await start('schedule');
  await says('schedule', 200, 'ok');
  assert.deepEqual(await away('schedule'), []);
});

test('queues that go away are reported until they are back', async () => {
  const [database] = (await databases.bus.pool.query('SELECT current_database() AS name')).rows;
  const allow = async (allowed: boolean) => {
    await databases.user.pool.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS ${allowed}`);
    await databases.user.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
      [database.name],
    );
  };
  await allow(false);
  try {
    await eventually(async () => assert.deepEqual(await away('review-processor'), ['bus']), 60_000);
    assert.equal((await serviceOf('review-processor').readiness())?.status, 200);
  } finally {
    await allow(true);
  }
  await eventually(async () => assert.deepEqual(await away('review-processor'), []), 60_000);
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
  assert.deepEqual(await away('appointment'), ['schedule']);
  assert.equal((await apiOf('appointment').call('GET', '/appointments', { token })).status, 200);
  process.kill(schedule.pid, 'SIGCONT');
  await eventually(async () => assert.equal((await ask()).status, 404), 30_000);
  assert.deepEqual(await away('appointment'), []);
});

test('one whose connections would not fit into its database does not start, and says why', async () => {
  const { port, internalPort } = await freePorts();
  const start = (connections: Record<string, string>) =>
    runCommand(['services/user/src/main.ts'], {
      ...environmentOf('user'),
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      ...connections,
    });
  const tooMany = start({ DATABASE_CONNECTIONS_ALL: '99999' });
  await assert.rejects(tooMany, /ended with 1: 99999 connections to a database that offers \d+/);
  const more = start({ DATABASE_CONNECTIONS: '9', DATABASE_CONNECTIONS_ALL: '8' });
  await assert.rejects(more, /ended with 1: DATABASE_CONNECTIONS_ALL is 8, but this process alone/);
  const tooFew = start({ DATABASE_CONNECTIONS: '5' });
  await assert.rejects(tooFew, /ended with 1: DATABASE_CONNECTIONS is too low: 5 .*search/);
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

const asked: Record<DatabaseOwner, string> = {
  user: '/.well-known/jwks.json',
  schedule: '/health/live',
  appointment: '/health/live',
};

for (const name of databaseOwners.toReversed()) {
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
