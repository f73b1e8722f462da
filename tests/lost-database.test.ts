import assert from 'node:assert/strict';
import { readFile, rename } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { openPool } from '@consulta/platform/database';
import { type Api, apiAt } from './support/api.ts';
import {
  assertHistoryHolds,
  bookAndRecord,
  publishMornings,
  type Recorded,
  type World,
} from './support/booking-history.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, patientInput } from './support/people.ts';
import { processesOn } from './support/processes.ts';
import { seeded } from './support/random.ts';
import { removeFolder, type ServerProcess, startServer } from './support/server-process.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
/** Five times what a person has to wait at most. */
const servesWithinMs = 75_000;
/** Five times the second within which one is refused. */
const answersWithinMs = 5_000;

const folders: string[] = [];
after(async () => {
  for (const folder of folders) {
    for (const { pid } of await processesOn(folder)) process.kill(pid, 'SIGKILL');
    await removeFolder(folder);
  }
});

async function start(): Promise<{ server: ServerProcess; api: Api; world: World }> {
  const server = await startServer();
  folders.push(server.folder);
  const api = apiAt(server.url);
  const doctors = [await join(api, doctorInput()), await join(api, doctorInput())];
  const patients = [];
  for (let i = 0; i < 8; i += 1) patients.push(await join(api, patientInput()));
  return { server, api, world: { doctors, patients, slots: await publishMornings(api, doctors) } };
}

const pidFile = ({ folder }: ServerProcess) => joinPath(folder, 'postgres', 'data', 'postmaster.pid');
const postmaster = async (server: ServerProcess) =>
  Number((await readFile(pidFile(server), 'utf8')).split('\n')[0]);

/** The server's PostgreSQL: its postmaster and all backends. */
async function postgresOf({ folder }: ServerProcess): Promise<number[]> {
  const found = await processesOn(joinPath(folder, 'postgres'));
  return found.filter(({ command }) => /^(\S*\/)?postgres\b/.test(command)).map(({ pid }) => pid);
}

const serves = (api: Api) => eventually(() => api.expect(200, 'GET', '/health/ready'), servesWithinMs);

/** Books without pause while `faults` does its worst, then holds everything acknowledged against the invariants. */
async function bookDuring(
  api: Api,
  world: World,
  faults: (booksAgain: () => Promise<void>) => Promise<void>,
): Promise<void> {
  let over = false;
  const recorded: Recorded[] = [];
  const options = { clients: 6, until: () => over, recorded };
  const recording = bookAndRecord(api, world, seeded(seed), options);
  const booksAgain = async () => {
    const before = recorded.length;
    await eventually(async () => assert.ok(recorded.length > before), servesWithinMs);
  };
  await faults(booksAgain).finally(() => {
    over = true;
  });
  await recording;
  assert.ok(recorded.length > 0, 'nothing was acknowledged');
  await assertHistoryHolds(api, world, recorded);
}

async function assertStopsCleanly(server: ServerProcess): Promise<void> {
  assert.equal(await server.terminate(), 0);
  assert.deepEqual(await processesOn(server.folder), []);
}

test(`backends that are killed one after another cost some requests a 503, and no more (SEED=${seed})`, async () => {
  const { server, api, world } = await start();
  const administration = openPool({ url: await server.databaseUrl('postgres'), connectionsMax: 1 });
  const killOne = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`;
  await bookDuring(api, world, async () => {
    for (let i = 0; i < 150; i += 1) await administration.query(killOne);
  });
  await administration.end();
  await serves(api);
  await assertStopsCleanly(server);
});

test(`a postmaster that is killed is started again, and nothing acknowledged is lost (SEED=${seed})`, async () => {
  const { server, api, world } = await start();
  await bookDuring(api, world, async (booksAgain) => {
    for (let round = 0; round < 2; round += 1) {
      const killed = await postmaster(server);
      process.kill(killed, 'SIGKILL');
      await eventually(async () => assert.notEqual(await postmaster(server), killed), servesWithinMs);
      await serves(api);
      await booksAgain();
    }
  });
  await assertStopsCleanly(server);
});

test('while the database is frozen requests are answered 503 soon, and it serves when it thaws', async () => {
  const { server, api, world } = await start();
  const [patient, doctor] = [world.patients[0]?.token ?? '', world.doctors[0]?.token ?? ''];
  const frozen = await postgresOf(server);
  assert.ok(frozen.length > 5, 'PostgreSQL was not found');
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  try {
    const credentials = { identifier: 'ninguem@example.com', password: 'não importa qual' };
    const refused = [
      { token: patient, method: 'GET', path: '/appointments' },
      { token: patient, method: 'GET', path: '/doctors?name=ana' },
      { token: doctor, method: 'GET', path: '/schedules' },
      { token: patient, method: 'POST', path: '/auth/login', body: credentials },
      { token: patient, method: 'POST', path: '/appointments', body: { slotId: world.slots[0]?.id } },
    ];
    // More at once than there are connections, and again once those are given up.
    for (let round = 0; round < 2; round += 1) {
      const asked = Array.from({ length: 20 }, () => refused).flat();
      await Promise.all(asked.map((each) => assertRefused(server.url, each)));
    }
    await api.expect(200, 'GET', '/health/live');
    const { detail } = await api.expect(503, 'GET', '/health/ready');
    assert.match(String(detail), /banco de dados/);
  } finally {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
  }
  await serves(api);
  await bookDuring(api, world, (booksAgain) => booksAgain());
  await assertStopsCleanly(server);
});

type Asked = { token: string; method: string; path: string; body?: object };

async function assertRefused(url: string, { token, method, path, body }: Asked): Promise<void> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    body: body ? JSON.stringify(body) : null,
    signal: AbortSignal.timeout(answersWithinMs),
  });
  await response.body?.cancel();
  assert.equal(response.status, 503, `${method} ${path}`);
  assert.ok(Number(response.headers.get('retry-after')) > 0, `${method} ${path} says when to come back`);
}

test('a process whose PostgreSQL cannot be started again says so and ends, and leaves nothing running', async () => {
  const { server } = await start();
  const control = joinPath(server.folder, 'postgres', 'data', 'global', 'pg_control');
  await rename(control, `${control}.gone`);
  process.kill(await postmaster(server), 'SIGKILL');
  assert.equal(await server.exited, 1);
  assert.match(server.errors(), /PostgreSQL cannot be started again\..*pg_control/s);
  assert.deepEqual(await processesOn(server.folder), []);
});
