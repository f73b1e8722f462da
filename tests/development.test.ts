import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '@consulta/platform/process';
import { eventually } from './support/eventually.ts';
import { processesOn } from './support/processes.ts';
import { removeFolder } from './support/server-process.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-development-'));
after(async () => {
  for (const { pid } of await processesOn(folder)) process.kill(pid, 'SIGKILL');
  await removeFolder(folder);
});

const port = String(await freePort());

/** The server's process, once it is ready; the one that watches is its parent. */
const readyServer = () =>
  eventually(async () => {
    assert.equal((await fetch(`http://127.0.0.1:${port}/health/ready`)).status, 200);
    const servers = (await processesOn(folder)).filter(
      ({ command }) => command.endsWith('standalone/src/main.ts') && !command.includes('--watch '),
    );
    assert.equal(servers.length, 1);
    return servers[0]?.pid;
  }, 75_000);

test('npm run dev starts everything again when a file changes, and SIGTERM to it alone stops it', async () => {
  const npm = spawn('npm', ['run', 'dev'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PORT: port, INTERNAL_PORT: String(await freePort()), DATA_DIR: folder, DEMO: '0' },
  });
  const exited = once(npm, 'exit');
  const first = await readyServer();
  const now = new Date();
  await utimes(new URL('../apps/standalone/src/greeting.ts', import.meta.url), now, now);
  await eventually(async () => assert.notEqual(await readyServer(), first), 75_000);
  npm.kill('SIGTERM');
  await exited;
  await eventually(async () => assert.deepEqual(await processesOn(folder), []), 50_000);
});
