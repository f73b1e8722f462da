import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import {
  distributedScript,
  type Processes,
  processesListed,
  programsNeeded,
  startDistributed,
} from '../support/distributed.ts';
import { eventually } from '../support/eventually.ts';
import { processesOn } from '../support/processes.ts';
import { removeFolder, type ServerProcess, spawnServer } from '../support/server-process.ts';

/* npm run distributed: what it starts, keeps up and stops. What people do with it is in the files of test:distributed. */

const withSbin = 'PATH="$PATH:/usr/sbin"';
const missing = programsNeeded.filter((program) => {
  try {
    execFileSync('sh', ['-c', `${withSbin} command -v ${program}`], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
const here = { skip: missing.length > 0 && `${missing.join(' and ')} are not installed here` };

const services = ['user', 'schedule', 'appointment', 'appointment-creator', 'review-processor'];
let server: ServerProcess;
let processes: Processes;

after(async () => {
  if (!server) return;
  await server.kill('node');
  await removeFolder(server.folder);
});

test('it is ready when two replicas of every service are', here, async () => {
  server = await startDistributed({ environment: { DEMO: '1', RATE_LIMITS: 'on' } });
  processes = await processesListed(server.folder);
  for (const service of services) {
    for (const number of [1, 2]) {
      const { pid = 0, internalPort } = processes[`${service}-${number}`] ?? {};
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      assert.match(command, new RegExp(`services/${service}/src/main\\.ts`));
      assert.equal((await fetch(`http://127.0.0.1:${internalPort}/health/ready`)).status, 200);
    }
  }
});

/** Calls a route as whoever the token names. */
const call = (method: string, path: string, { token, body, wait }: CallOptions = {}) =>
  fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(wait ? { prefer: 'wait=10' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

type CallOptions = { token?: string; body?: object; wait?: boolean };

const read = async <T>(status: number, answer: Promise<Response>): Promise<T> => {
  const response = await answer;
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text) as T;
};

type Page = { items: { id: string }[] };
let token = '';
let appointmentId = '';

test(
  'what npm start takes reaches the replicas: demo accounts sign in, limits are in force',
  here,
  async () => {
    const [, identifier, password] = /(paciente1@\S+) {2}(\S+)/.exec(server.output()) ?? [];
    const answer = await call('POST', '/auth/login', { body: { identifier, password } });
    assert.match(answer.headers.get('ratelimit-policy') ?? '', /q=/);
    token = ((await answer.json()) as { accessToken: string }).accessToken;
    assert.equal((await read<Page>(200, call('GET', '/doctors?limit=5', { token }))).items.length, 5);
  },
);

test('a booking goes through all services, each in processes of its own', here, async () => {
  const doctors = await read<Page>(200, call('GET', '/doctors?sort=nextAvailable', { token }));
  const slots = await read<Page>(200, call('GET', `/doctors/${doctors.items[0]?.id}/slots`, { token }));
  const body = { slotId: slots.items[0]?.id };
  const booked = call('POST', '/appointments', { token, body, wait: true });
  appointmentId = (await read<{ id: string }>(201, booked)).id;
});

test('a replica that dies is started again, and meanwhile the other answers', here, async () => {
  for (const name of ['user-1', 'appointment-2', 'review-processor-1']) {
    const killed = (await processesListed(server.folder))[name]?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    // What it had in hand is refused, and so is what reaches it before its end is known.
    await eventually(() => read(200, call('GET', '/specialties')));
    await eventually(() => read(200, call('GET', `/appointments/${appointmentId}`, { token })));
    await eventually(async () => {
      const { pid = 0, internalPort } = (await processesListed(server.folder))[name] ?? {};
      assert.notEqual(pid, killed);
      assert.equal((await fetch(`http://127.0.0.1:${internalPort}/health/ready`)).status, 200);
    }, 60_000);
  }
});

test(
  'SIGTERM to the whole process group stops all within 15 s, and the next start finds everything again',
  here,
  async () => {
    const sentAtMs = performance.now();
    process.kill(-server.pid, 'SIGTERM');
    assert.equal(await server.exited, 0);
    assert.ok(performance.now() - sentAtMs < 15_000);
    assert.deepEqual(await processesOn(server.folder), []);
    server = await startDistributed({ folder: server.folder });
    const again = call('GET', `/appointments/${appointmentId}`, { token });
    assert.equal((await read<{ status: string }>(200, again)).status, 'awaiting_confirmation');
  },
);

test('nothing outlives it when it is killed', here, async () => {
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  await eventually(async () => assert.deepEqual(await processesOn(server.folder), []), 60_000);
});

for (const program of programsNeeded) {
  test(`a missing ${program} is one sentence, which says how to get it`, {
    skip: here.skip || (process.getuid?.() !== 0 && 'only root can cover a program'),
  }, async () => {
    const path = execFileSync('sh', ['-c', `${withSbin} command -v ${program}`], { encoding: 'utf8' }).trim();
    const covered = ['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', path];
    const lacking = await spawnServer({ wrapper: covered, script: distributedScript });
    assert.equal(await lacking.exited, 1);
    assert.match(
      lacking.errors(),
      new RegExp(
        `^${program} is missing, which npm run distributed needs: .* apt-get install ${program} [^\n]*\n$`,
      ),
    );
    await removeFolder(lacking.folder);
  });
}
