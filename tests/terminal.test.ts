import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '@consulta/platform/process';
import { eventually } from './support/eventually.ts';
import { processesOn } from './support/processes.ts';
import { removeFolder, startServer } from './support/server-process.ts';

/*
 * What a start shows to a person at a terminal, and what a program reads from its output.
 */

const folders: string[] = [];
after(async () => {
  for (const folder of folders) {
    for (const { pid } of await processesOn(folder)) process.kill(pid, 'SIGKILL');
    await removeFolder(folder);
  }
});

const jsonLines = (output: string) => output.split('\n').filter((line) => line.startsWith('{'));

test('on a terminal a start shows lines to read and then what to do next; the address leads to the documentation', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-terminal-'));
  folders.push(folder);
  const port = String(await freePort());
  const command = `'${process.execPath}' apps/standalone/src/main.ts`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...{ PORT: port, INTERNAL_PORT: String(await freePort()), DATA_DIR: folder, DEMO: '1' },
      LOG_LEVEL: 'debug',
    },
  });
  let shown = '';
  terminal.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  await eventually(async () => assert.match(shown, /Ctrl\+C stops it/), 120_000);
  const url = `http://localhost:${port}`;
  assert.ok(shown.includes(`Consulta is ready at ${url}`));
  for (const role of ['patient', 'doctor', 'admin'])
    assert.match(shown, new RegExp(`${role}\\s+\\S+@\\S+\\s+\\S+`));
  const [, address = '', header = '', body = ''] = /curl (\S+) -H '([^']+)' -d '([^']+)'/.exec(shown) ?? [];
  const [name = '', value = ''] = header.split(': ');
  assert.equal((await fetch(address, { method: 'POST', headers: { [name]: value }, body })).status, 200);
  assert.match(shown, /DEBUG.*a step is done/);
  assert.deepEqual(jsonLines(shown), []);

  const front = await fetch(`${url}/`, { redirect: 'manual' });
  assert.deepEqual([front.status, front.headers.get('location')], [302, '/docs']);
  assert.equal((await fetch(`${url}/?from=mail`)).status, 200);
  assert.equal((await fetch(`${url}/`, { method: 'POST' })).status >= 404, true);

  const ended = new Promise((resolve) => terminal.once('exit', resolve));
  for (const { pid, command: line } of await processesOn(folder))
    if (line.startsWith(process.execPath)) process.kill(pid, 'SIGTERM');
  await ended;
});

test('where its output is piped it logs JSON, and a later start names the accounts again', async () => {
  const [folder = ''] = folders;
  const server = await startServer({ folder, environment: { DEMO: '1', LOG_LEVEL: 'debug' } });
  assert.equal(await server.terminate(), 0);
  const lines = jsonLines(server.output());
  assert.ok(lines.length > 3);
  for (const line of lines) assert.equal(typeof JSON.parse(line).level, 'number');
  assert.match(server.output(), /patient\s+paciente1@\S+\s+consulta-demo-2026/);
});
