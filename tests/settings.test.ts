import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { aloneVariables } from '@consulta/platform/alone';
import { freePort } from '@consulta/platform/process';
import { standaloneVariables } from '@consulta/standalone';

/*
 * Whatever is set wrong is told in sentences that name the variable and what it accepts, without a stack.
 */

const folder = await mkdtemp(join(tmpdir(), 'consulta-settings-'));
const file = join(folder, 'a file');
await writeFile(file, 'not what is expected here');
after(() => rm(folder, { recursive: true, force: true }));

type Environment = Record<string, string>;

/** What a program says that cannot start. */
async function refusal(main: string, environment: Environment): Promise<string> {
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 1, said);
  return said.trim();
}

const standalone = 'apps/standalone/src/main.ts';
const base = async (): Promise<Environment> => ({
  PORT: String(await freePort()),
  INTERNAL_PORT: String(await freePort()),
  DATA_DIR: join(folder, 'data'),
  DEMO: '0',
});

const nonsense = 'no such value';
const picky = (variables: Record<string, { accepts: string; read: (text: string) => unknown }>) =>
  Object.entries(variables).filter(([, { read }]) => read(nonsense) === undefined);

test('every variable that is set to nonsense is named with what it accepts, all in one go', async () => {
  const mains: [string, ReturnType<typeof picky>][] = [
    [standalone, picky(standaloneVariables)],
    ['services/schedule/src/main.ts', picky(aloneVariables)],
  ];
  for (const [main, variables] of mains) {
    assert.ok(variables.length >= 4);
    const given = Object.fromEntries(variables.map(([name]) => [name, nonsense]));
    const lines = (await refusal(main, given)).split('\n');
    for (const [name, { accepts }] of variables) {
      assert.ok(
        lines.some((line) => line.startsWith(`${name} is `) && line.endsWith(`: it accepts ${accepts}.`)),
        `${main} on ${name}: ${lines.join('\n')}`,
      );
    }
    assert.ok(!lines.some((line) => /^\s+at /.test(line)));
  }
});

const places: [string, Environment, RegExp][] = [
  [
    'a folder that is a file',
    { DATA_DIR: file },
    /^DATA_DIR is .*a file, but there is something else in its place\.$/,
  ],
  [
    'a folder in a file',
    { DATA_DIR: join(file, 'data') },
    /^DATA_DIR is .*, but a part of its path is no folder\.$/,
  ],
  [
    'a host elsewhere',
    { HOST: '192.0.2.1' },
    /^HOST is "192\.0\.2\.1": it accepts a name or an address of this machine\.$/,
  ],
  [
    'half of TLS',
    { TLS_CERT_FILE: file },
    /^TLS_CERT_FILE and TLS_KEY_FILE go together: set both or neither\.$/,
  ],
  [
    'a certificate that is not there',
    { TLS_CERT_FILE: join(folder, 'none'), TLS_KEY_FILE: file },
    /^TLS_CERT_FILE is .*none, but there is no such file\.$/,
  ],
  [
    'a certificate that is none',
    { TLS_CERT_FILE: file, TLS_KEY_FILE: file },
    /^TLS_CERT_FILE and TLS_KEY_FILE accept a certificate and its private key in PEM, and these are not \(.*\)\.$/,
  ],
  [
    'keys in a file',
    { KEYS_FILE: join(file, 'keys.json') },
    /^KEYS_FILE is .*, but there is something else in its place\.$/,
  ],
  [
    'heads in a file',
    { AUDIT_DIR: join(file, 'audit') },
    /^AUDIT_DIR is .*, but a part of its path is no folder\.$/,
  ],
];

for (const [name, environment, sentence] of places) {
  test(`${name} is told in a sentence`, async () => {
    assert.match(await refusal(standalone, { ...(await base()), ...environment }), sentence);
  });
}

for (const variable of ['PORT', 'INTERNAL_PORT']) {
  test(`a taken port is told by its variable: ${variable}`, async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const said = await refusal(standalone, {
      ...(await base()),
      HOST: '127.0.0.1',
      [variable]: String(port),
    });
    other.close();
    assert.match(
      said,
      new RegExp(`^${variable} is ${port}, which another program uses: it accepts a free port`),
    );
    assert.ok(!said.includes('\n'), said);
  });
}
