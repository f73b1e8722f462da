import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../../process/log.ts';
import { stopLeftover } from './leftover.ts';
import { type FactsOf, factsFromProc, factsFromPs } from './process-facts.ts';
import { startEmbeddedPostgres } from './server.ts';

const log = createLog('silent');
const root = await mkdtemp(join(tmpdir(), 'consulta-leftover-'));
const bystanders: ChildProcess[] = [];
after(async () => {
  for (const child of bystanders) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

let folders = 0;
async function newFolder(): Promise<string> {
  const folder = join(root, `data ${++folders}`);
  await mkdir(folder);
  return folder;
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A pid file as PostgreSQL writes it, which says that `pid` has worked on `data` since then. */
const writePidFile = (data: string, pid: number | string, startSeconds = nowSeconds()) =>
  writeFile(join(data, 'postmaster.pid'), `${pid}\n${data}\n${startSeconds}\n5432\n\n127.0.0.1\n`);

/** A process that calls itself PostgreSQL, by its program's name, its arguments and its working folder. */
async function impostor(options: { name?: string; cwd?: string; argument?: string } = {}): Promise<number> {
  const { name = 'postgres', cwd = root, argument = cwd } = options;
  const program = join(await newFolder(), name);
  await copyFile('/bin/sh', program);
  const script = 'echo up; while read -r line; do :; done';
  const child = spawn(program, ['-c', script, name, '-D', argument], { cwd, stdio: 'pipe' });
  await once(child.stdout, 'data');
  bystanders.push(child);
  return child.pid ?? 0;
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const linux = process.platform === 'linux' ? {} : { skip: 'there is no /proc here' };

test('a process that has the number of a former server is left alone', linux, async () => {
  const data = await newFolder();
  const other = await newFolder();
  const cases = {
    'another program in the folder': await impostor({ name: 'sleeper', cwd: data }),
    'a server of another folder': await impostor({ cwd: other }),
    'a server of another folder, with this one among its arguments': await impostor({
      cwd: other,
      argument: data,
    }),
  };
  for (const [name, pid] of Object.entries(cases)) {
    await writePidFile(data, pid, nowSeconds() + 5);
    await stopLeftover(data, log);
    assert.ok(lives(pid), name);
  }
  const later = await impostor({ cwd: data });
  await writePidFile(data, later, nowSeconds() - 60);
  await stopLeftover(data, log);
  assert.ok(lives(later), 'one that started after the file was written');
});

test('a pid file that is damaged or names nobody signals nobody', linux, async () => {
  const data = await newFolder();
  await stopLeftover(data, log);
  for (const pid of ['', '0', '1', '-1', 'x', '1e999', String(process.pid), String(2 ** 30)]) {
    await writePidFile(data, pid);
    await stopLeftover(data, log);
  }
  await writeFile(join(data, 'postmaster.pid'), '');
  await stopLeftover(data, log);
});

test('a server of this folder that does not end when asked is killed in the end', linux, async () => {
  const data = await newFolder();
  const pid = await impostor({ cwd: data });
  process.kill(pid, 'SIGSTOP');
  await writePidFile(data, pid);
  const impatient: FactsOf = (each) => factsFromProc(each);
  await stopLeftover(data, log, impatient, { SIGINT: 50, SIGQUIT: 50, SIGKILL: 60_000 });
  assert.equal(await factsFromProc(pid), undefined);
});

const real = { folder: join(root, 'real'), durable: false, log };
const pidOf = async (data: string) =>
  Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);

for (const [way, factsOf] of [
  ['/proc', (pid: number) => factsFromProc(pid)],
  ['ps', (pid: number) => factsFromPs(pid)],
] as [string, FactsOf][]) {
  test(
    `a real server is recognised by ${way}, whatever path leads to its folder, and stopped`,
    linux,
    async () => {
      const server = await startEmbeddedPostgres(real);
      const data = join(real.folder, 'data');
      const pid = await pidOf(data);
      const facts = await factsOf(pid);
      assert.equal(facts?.program, 'postgres');
      await symlink(data, join(root, `link for ${way.replace('/', '')}`));
      await stopLeftover(join(root, `link for ${way.replace('/', '')}`), log, factsOf);
      assert.equal(await factsOf(pid), undefined);
      await server.stop();
    },
  );
}

test('a start takes over from a server left on a folder that was moved meanwhile', linux, async () => {
  // Its process is not dead here, and finds nothing to start again where the folder was.
  const left = await startEmbeddedPostgres({ ...real, onLost: () => {} });
  const moved = { ...real, folder: join(root, 'moved') };
  const pid = await pidOf(join(real.folder, 'data'));
  await rename(real.folder, moved.folder);
  const server = await startEmbeddedPostgres(moved);
  assert.equal(await factsFromProc(pid), undefined);
  assert.notEqual(await pidOf(join(moved.folder, 'data')), pid);
  await left.stop();
  await server.stop();
});

test('what ps says on macOS and the BSDs is understood', async () => {
  const nowMs = Date.UTC(2026, 10, 25, 12);
  const asked: string[][] = [];
  const says = (stdout: string) => async (program: string, args: string[]) => {
    asked.push([program, ...args]);
    return { stdout };
  };
  const read = (stdout: string) => factsFromPs(4711, says(stdout), nowMs);
  const folder = '/Users/ana maria/consulta/.data/postgres/data';
  const command = `/Users/ana maria/node_modules/native/bin/postgres -D ${folder} -c port=50123 -c listen_addresses=127.0.0.1`;
  for (const [elapsed, seconds] of [
    ['00:07', 7],
    ['12:34', 754],
    ['01:00:00', 3600],
    ['02-03:04:05', 183_845],
  ] as const) {
    assert.deepEqual(await read(`   ${elapsed} ${command}\n`), {
      program: 'postgres',
      folder,
      startedAtMs: nowMs - seconds * 1000,
    });
  }
  assert.deepEqual(asked[0], ['ps', '-ww', '-p', '4711', '-o', 'etime=', '-o', 'args=']);
  assert.equal(await read(''), undefined);
  assert.equal(await read('00:07 (postgres)\n'), undefined);
  assert.equal(await read('00:07 postgres: checkpointer\n'), undefined);
  assert.equal(await read('00:07 vim notes/postgres -D\n'), undefined);
  const dead = async () => Promise.reject(new Error('exit code 1'));
  assert.equal(await factsFromPs(4711, dead, nowMs), undefined);
});

test('off Linux too only this folder’s server is signalled', async () => {
  const data = await newFolder();
  const other = await newFolder();
  const pid = await impostor();
  await writePidFile(data, pid);
  const facts = { program: 'postgres', folder: data, startedAtMs: Date.now() };
  for (const wrong of [
    { ...facts, program: 'postgresql_exporter' },
    { ...facts, folder: other },
    { ...facts, folder: join(root, 'missing') },
    { ...facts, startedAtMs: Date.now() + 60_000 },
    { ...facts, startedAtMs: Number.NaN },
  ]) {
    await stopLeftover(data, log, async () => wrong);
    assert.ok(lives(pid), JSON.stringify(wrong));
  }
});
