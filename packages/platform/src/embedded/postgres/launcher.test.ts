import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../../process/log.ts';
import { type Launcher, launcherFor, ownerOfServer } from './launcher.ts';
import { startEmbeddedPostgres } from './server.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-launcher-'));
after(() => rm(root, { recursive: true, force: true }));

const owner = process.platform === 'linux' && process.getuid?.() === 0 ? ownerOfServer() : undefined;
const asRoot = owner ? {} : { skip: 'only a start as root runs the server as another user' };

/** What a command says, started as a server program would be. */
async function say(start: Launcher, ...[program = '', ...args]: string[]): Promise<string> {
  const child = start(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  await once(child, 'close');
  return output;
}

/** A data folder as a start as root has it: the key file is root's, and `postgres` holds what the server works on. */
async function dataFolder(mode: number): Promise<{ keys: string; postgres: string }> {
  const folder = await mkdtemp(join(root, 'data-'));
  const [keys, postgres] = [join(folder, 'keys.json'), join(folder, 'postgres')];
  await writeFile(keys, 'the keys', { mode: 0o600 });
  await mkdir(postgres);
  await writeFile(join(postgres, 'readable'), 'the data');
  await chmod(folder, mode);
  return { keys, postgres };
}

for (const [name, mode] of [
  ['open to all', 0o755],
  ['closed', 0o700],
] as const) {
  test(
    `in a folder ${name}, what runs as the server’s user reads its own folder and no keys`,
    asRoot,
    async () => {
      await chmod(root, 0o755);
      const { keys, postgres } = await dataFolder(mode);
      const start = await launcherFor(owner, [postgres]);
      assert.equal(await say(start, 'cat', join(postgres, 'readable')), 'the data');
      assert.match(await say(start, 'cat', keys), /Permission denied|No such file/);
      const status = await say(start, 'cat', '/proc/self/status');
      for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
        assert.match(status, new RegExp(`Cap${set}:\\t0{16}\\n`));
      assert.match(status, /NoNewPrivs:\t1\n/);
      assert.match(status, /Groups:\t ?\n/);
      assert.match(status, new RegExp(`Uid:\\t${owner?.uid}\\t${owner?.uid}\\t${owner?.uid}\\t`));
    },
  );
}

test('a running server has no capability and nothing of this process’s environment', asRoot, async () => {
  process.env.A_SECRET_OF_THE_OPERATOR = 'geheim';
  const { postgres } = await dataFolder(0o700);
  const server = await startEmbeddedPostgres({ folder: postgres, durable: false, log: createLog('silent') });
  const [pid] = (await readFile(join(postgres, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  assert.match(
    await readFile(`/proc/${pid}/status`, 'utf8'),
    /CapPrm:\t0{16}\nCapEff:\t0{16}\nCapBnd:\t0{16}/,
  );
  assert.doesNotMatch(await readFile(`/proc/${pid}/environ`, 'utf8'), /geheim/);
  await server.stop();
});

test('an ordinary user starts the server as itself; root does so nowhere', () => {
  assert.equal(ownerOfServer('linux', 1000), undefined);
  assert.equal(ownerOfServer('darwin', 501), undefined);
  for (const platform of ['darwin', 'freebsd'] as const) {
    assert.throws(() => ownerOfServer(platform, 0), /start as another user/);
  }
});
