import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { apiAt } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { doctorInput, join as register, signIn } from '../support/people.ts';
import { processesOn } from '../support/processes.ts';
import { type ServerProcess, spawnServer, startServer } from '../support/server-process.ts';
import { cleanUp, endProcessesOn, endServer, exitCodeOf, unlessPossible } from './support/rounds.ts';
import { seed } from './support/seed.ts';

/*
 * A folder has one owner, however another process comes to it: by a second path (bind mount) or from a network
 * namespace of its own, as containers do.
 */

const run = promisify(execFile);
const namespace = `consulta-faults-${process.pid}`;
const inNamespace = ['ip', 'netns', 'exec', namespace];
const folders: string[] = [];
const mounts: string[] = [];
let noMount: string | undefined;
let noNamespace: string | undefined;

before(async () => {
  const obstacleOf = (what: string, attempt: Promise<unknown>) =>
    attempt.then(
      () => undefined,
      (error: Error) => `${what} cannot be made: ${error.message}`,
    );
  noMount = await obstacleOf('a bind mount', newFolder().then(otherPathTo));
  noNamespace = await obstacleOf('a network namespace', run('ip', ['netns', 'add', namespace]));
  if (!noNamespace) await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
});
after(async () => {
  await Promise.all([...folders, ...mounts].map(endProcessesOn));
  for (const mount of mounts) {
    await run('umount', ['--lazy', mount]);
    await rmdir(mount);
  }
  await cleanUp(folders);
  if (!noNamespace) await run('ip', ['netns', 'delete', namespace]);
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-owner-'));
  folders.push(folder);
  return folder;
}

async function otherPathTo(folder: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'consulta-other-path-'));
  await run('mount', ['--bind', folder, path]);
  mounts.push(path);
  return path;
}

type Second = { name: string; obstacle: () => string | undefined; byMount: boolean; wrapper: string[] };

const seconds: Second[] = [
  { name: 'by a bind mount', obstacle: () => noMount, byMount: true, wrapper: [] },
  { name: 'from a network namespace', obstacle: () => noNamespace, byMount: false, wrapper: inNamespace },
  {
    name: 'by a bind mount from a network namespace',
    obstacle: () => noMount ?? noNamespace,
    byMount: true,
    wrapper: inNamespace,
  },
];

for (const { name, obstacle, byMount, wrapper } of seconds) {
  test(`a second server that comes ${name} is refused and harms nothing (SEED=${seed})`, async (t) => {
    if (unlessPossible(t, obstacle())) return;
    const folder = await newFolder();
    const first = await startServer({ folder });
    const doctor = await register(apiAt(first.url), doctorInput());
    const path = byMount ? await otherPathTo(folder) : folder;
    const second = await spawnServer({ folder: path, wrapper });
    assert.equal(await exitCodeOf(second), 1);
    assert.match(second.errors(), /Another Consulta is running/);
    await signIn(apiAt(first.url), doctor.email);
    assert.equal((await fetch(`${first.url}/health/ready`)).status, 200);
    await endServer(first);
    if (byMount) assert.deepEqual(await processesOn(path), []);
  });
}

const isUp = (server: ServerProcess) => /Consulta is ready/.test(server.output());

for (const { name, obstacle, byMount, wrapper } of seconds.slice(0, 2)) {
  test(`of two servers that start at once, one ${name}, one gets the folder (SEED=${seed})`, async (t) => {
    if (unlessPossible(t, obstacle())) return;
    const folder = await newFolder();
    const path = byMount ? await otherPathTo(folder) : folder;
    const both = await Promise.all([spawnServer({ folder }), spawnServer({ folder: path, wrapper })]);
    const refused = await Promise.race(
      both.map((server) => exitCodeOf(server).then((code) => ({ server, code }))),
    );
    assert.equal(refused.code, 1);
    assert.match(refused.server.errors(), /Another Consulta is running/);
    const owner = both.find((server) => server !== refused.server);
    assert.ok(owner);
    await eventually(async () => assert.ok(isUp(owner)), 75_000);
    assert.equal(await owner.terminate(), 0);
    for (const each of [folder, path]) assert.deepEqual(await processesOn(each), []);
  });
}
