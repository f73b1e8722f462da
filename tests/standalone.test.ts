import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import type { DoctorSummary, TokenPair } from '@consulta/contracts';
import { apiAt } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { removeFolder, type ServerProcess, startServer } from './support/server-process.ts';

const servers: ServerProcess[] = [];
after(async () => {
  for (const server of servers) await server.kill('node and postgres').catch(() => {});
  for (const { folder } of servers) await removeFolder(folder);
});

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<ServerProcess> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test('the first start makes demo data and names its accounts; a restart finds them again', async () => {
  const first = await start({ environment: { DEMO: '1' } });
  const patient = /patient\s+(\S+@\S+)\s+(\S+)/.exec(first.output());
  assert.ok(patient?.[1] && patient[2], `no patient among the accounts:\n${first.output()}`);
  const body = { identifier: patient[1], password: patient[2] };
  const { accessToken } = await apiAt(first.url).expect<TokenPair>(200, 'POST', '/auth/login', { body });
  const memory = await residentMegabytes(first.pid);
  assert.ok(memory < 200, `the process takes ${memory.toFixed(0)} MB after its start`);
  assert.equal(await first.terminate(), 0);

  const second = await start({ folder: first.folder, port: first.port, environment: { DEMO: '1' } });
  assert.ok(second.output().includes(patient[0]), `the accounts are not named again:\n${second.output()}`);
  const findDoctors = () =>
    apiAt(second.url).expect<{ items: DoctorSummary[] }>(200, 'GET', '/doctors?limit=100', {
      token: accessToken,
    });
  // What the stop left in the queue, such as word of new slots, is handled now.
  await eventually(async () => {
    const { items } = await findDoctors();
    assert.equal(items.length, 50);
    assert.ok(items.every(({ nextAvailableAt }) => nextAvailableAt !== null));
  });
  assert.equal(await second.terminate(), 0);
});

test('repeated signals, to the whole process group, stop it cleanly while a caller waits', async () => {
  const server = await start();
  const api = apiAt(server.url);
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const stream = fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${patient.token}` },
  });
  await (await stream).body?.cancel();
  const asked = api.call('POST', '/appointments', {
    token: patient.token,
    body: { slotId: slot?.id },
    headers: { prefer: 'wait=10' },
  });
  assert.ok([201, 202].includes((await asked).status));
  process.kill(-server.pid, 'SIGTERM');
  process.kill(-server.pid, 'SIGTERM');
  process.kill(-server.pid, 'SIGINT');
  assert.equal(await server.terminate(), 0);
});

test('two instances live side by side, and a second one on the same folder is refused', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  assert.equal((await fetch(`${one.url}/health/ready`)).status, 200);
  assert.equal((await fetch(`${other.url}/health/live`)).status, 200);
  await assert.rejects(startServer({ folder: one.folder }), /the server ended with/);
  assert.equal((await fetch(`${one.url}/health/ready`)).status, 200);
  await Promise.all([one.terminate(), other.terminate()]);
});

test('an administrator is made beside a running server and before the first start', async () => {
  const server = await start();
  const create = async (folder: string, email: string) =>
    promisify(execFile)(
      process.execPath,
      ['apps/standalone/src/commands/admin.ts', 'create', '--email', email, '--name', 'Marta Figueiredo'],
      { env: { ...process.env, DATA_DIR: folder, ADMIN_PASSWORD: 'ipê-roxo-florido-77' } },
    );
  await create(server.folder, 'marta@example.com');
  const api = apiAt(server.url);
  const login = { identifier: 'marta@example.com', password: 'ipê-roxo-florido-77' };
  const { accessToken } = await api.expect<TokenPair>(200, 'POST', '/auth/login', { body: login });
  await api.expect(200, 'GET', '/admin/doctors', { token: accessToken });
  await assert.rejects(create(server.folder, 'marta@example.com'), /e-mail/i);
  await server.terminate();

  await create(server.folder, 'outra@example.com');
  const again = await start({ folder: server.folder });
  await apiAt(again.url).expect(200, 'POST', '/auth/login', {
    body: { ...login, identifier: 'outra@example.com' },
  });
  await again.terminate();
});

/** Runs the command on a terminal of its own, types a line when asked for the password, and answers what it shows. */
async function adminOnTerminal(folder: string, email: string, typed: string): Promise<string> {
  const command = `'${process.execPath}' apps/standalone/src/commands/admin.ts create --email ${email} --name 'Marta Figueiredo'`;
  const { ADMIN_PASSWORD: _, ...environment } = process.env;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...environment, DATA_DIR: folder },
  });
  let shown = '';
  terminal.stdout.on('data', (text) => {
    if (!/Password/.test(shown) && /Password/.test(`${shown}${text}`)) terminal.stdin.write(typed);
    shown += text;
  });
  const [code] = await once(terminal, 'exit');
  return `${shown}\nexit ${code}`;
}

test('every fault of an administrator that cannot be made is shown, and nothing of the password', async () => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'consulta-admin-'));
  const command = ['apps/standalone/src/commands/admin.ts', 'create', '--email', 'marta', '--name', ' '];
  const failed = await promisify(execFile)(process.execPath, command, {
    env: { ...process.env, DATA_DIR: folder, ADMIN_PASSWORD: 'senha1' },
  }).then(
    () => assert.fail('it was made'),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  await rm(folder, { recursive: true, force: true });
  assert.equal(failed.code, 1);
  assert.deepEqual(failed.stderr.trim().split('\n'), [
    '--email: Is not an e-mail address.',
    '--name: Is required.',
    'The password: Must have at least 8 characters.',
  ]);
  assert.doesNotMatch(failed.stdout, /senha1/);
});

test('a password typed on a terminal is not shown; one that is piped is taken', async () => {
  const server = await start();
  const shown = await adminOnTerminal(server.folder, 'typed@example.com', 'ipê-amarelo-42\r');
  assert.match(shown, /can sign in now/);
  assert.doesNotMatch(shown, /amarelo/);
  assert.match(await adminOnTerminal(server.folder, 'nobody@example.com', '\u0003'), /No password.*exit 1/s);

  const { ADMIN_PASSWORD: _, ...environment } = process.env;
  const piped = [
    'apps/standalone/src/commands/admin.ts',
    'create',
    '--email',
    'piped@example.com',
    '--name',
    'Marta F',
  ];
  const child = execFile(process.execPath, piped, { env: { ...environment, DATA_DIR: server.folder } });
  child.stdin?.end('ipê-amarelo-42\n');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);

  for (const identifier of ['typed@example.com', 'piped@example.com']) {
    const body = { identifier, password: 'ipê-amarelo-42' };
    await apiAt(server.url).expect(200, 'POST', '/auth/login', { body });
  }
  await server.terminate();
});
