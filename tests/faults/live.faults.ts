import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { RawConnection } from '../support/attack.ts';
import { processesOn } from '../support/processes.ts';
import type { Random } from '../support/random.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type CuttableProxy, cuttableProxy } from './support/cuttable-proxy.ts';
import {
  assertOneServer,
  backendsOf,
  postgresProcesses,
  postmasterOf,
} from './support/postgres-processes.ts';
import { cleanUp, endServer, say, seconds, signal } from './support/rounds.ts';
import { randomOf, seed, shuffled } from './support/seed.ts';
import { startWorkload, type Workload } from './support/workload.ts';

/*
 * One server under a small load meets one fault after another. After each it serves again, or has ended and said why
 * (then it is started again), and nothing that was acknowledged is lost.
 */

const random = randomOf(1);
let server: ServerProcess;
let proxy: CuttableProxy;
let workload: Workload;

before(async () => {
  server = await startServer();
  proxy = await cuttableProxy(server.port);
  workload = await startWorkload(proxy.url, random);
});
after(async () => {
  await proxy.close();
  await cleanUp([server.folder]);
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const standstillMs = 20_000;

async function standStill(pids: number[]): Promise<void> {
  signal(pids, 'SIGSTOP');
  await sleep(standstillMs);
  signal(pids, 'SIGCONT');
}

/** Leaves the process no descriptor but those it has and a few, while many connections knock. */
async function exhaustFileDescriptors(): Promise<void> {
  const limit = (soft: number | string) =>
    promisify(execFile)('prlimit', ['--pid', String(server.pid), `--nofile=${soft}:`]);
  const before = await promisify(execFile)('prlimit', [
    ...['--pid', String(server.pid), '--nofile', '--output', 'SOFT', '--noheadings', '--raw'],
  ]);
  const open = (await readdir(`/proc/${server.pid}/fd`)).length;
  await limit(open + random.below(8));
  const knocking = await Promise.all(Array.from({ length: 100 }, () => RawConnection.open(server)));
  for (const connection of knocking) connection.send('GET /health/live HTTP/1.1\r\nhost: localhost\r\n');
  await sleep(1_000 + random.below(2_000));
  for (const connection of knocking) connection.close();
  await limit(before.stdout.trim());
}

async function cutClients(): Promise<void> {
  for (let times = 0; times < 5; times += 1) {
    proxy.cut();
    await sleep(random.below(200));
  }
}

type Fault = { name: string; rounds: number; strike: (random: Random) => unknown };

const faults: Fault[] = [
  {
    name: 'a backend is killed',
    rounds: 6,
    strike: async () => signal([random.pick(await backendsOf(server))], 'SIGKILL'),
  },
  {
    name: 'the postmaster is killed',
    rounds: 5,
    strike: async () => signal([await postmasterOf(server)], 'SIGKILL'),
  },
  {
    name: 'PostgreSQL stands still for 20 s',
    rounds: 2,
    strike: async () => standStill(await postgresProcesses(server)),
  },
  {
    name: 'the server stands still for 20 s',
    rounds: 1,
    strike: () => standStill([server.pid]),
  },
  {
    name: 'all sessions of the database are ended',
    rounds: 4,
    // What pg_terminate_backend() does.
    strike: async () => signal(await backendsOf(server), 'SIGTERM'),
  },
  { name: 'clients are cut off, again and again', rounds: 4, strike: cutClients },
  { name: 'file descriptors run out', rounds: 4, strike: exhaustFileDescriptors },
];

const plan = shuffled(
  faults.flatMap((fault) => Array.from({ length: fault.rounds }, () => fault)),
  random,
);

for (const [index, { name, strike }] of plan.entries()) {
  test(`round ${index + 1}: ${name} (SEED=${seed})`, async (t) => {
    await sleep(random.below(1_000));
    await strike(random);
    const overMs = performance.now();
    const outcome = await Promise.race([
      workload.servedAgainAfter(overMs),
      server.exited.then(() => 'ended'),
    ]);
    if (typeof outcome === 'number') {
      say(t, `serves again after ${seconds(outcome)}`);
      await assertOneServer(server);
    } else {
      assert.match(server.errors(), /PostgreSQL/, 'it ended and did not say why');
      assert.deepEqual(await processesOn(server.folder), []);
      server = await startServer({ folder: server.folder, port: server.port });
      say(t, 'ended and said why; started again');
    }
    await workload.assertNothingLost();
  });
}

test(`everything acknowledged in these rounds is there, and the server stops (SEED=${seed})`, async (t) => {
  const acknowledged = await workload.finish();
  assert.ok(acknowledged > 200, `only ${acknowledged} requests were acknowledged`);
  say(t, `${acknowledged} requests were acknowledged`);
  await endServer(server);
});
