import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { serviceNames } from '@consulta/contracts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-service-keys-command-'));
after(() => rm(folder, { recursive: true, force: true }));
const keys = join(folder, 'keys');

/** Runs the command, and answers its exit code and what it said. */
async function run(...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['apps/standalone/src/commands/service-keys.ts', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: said.trim() };
}

const signingKeys = () =>
  Promise.all(
    serviceNames.map(async (name) => {
      return JSON.parse(await readFile(join(keys, `${name}.json`), 'utf8')).privateKey.kid as string;
    }),
  );

test('the files of all services are made once, and rotated in two steps', async () => {
  assert.deepEqual(await run('make', keys), { code: 0, said: 'The key files are made.' });
  assert.deepEqual((await readdir(keys)).sort(), serviceNames.map((name) => `${name}.json`).sort());
  const first = await signingKeys();
  assert.deepEqual(await run('make', keys), { code: 0, said: 'The key files are there already.' });
  assert.deepEqual(await run('switch', keys), { code: 1, said: 'No next keys are announced.' });
  assert.equal((await run('announce', keys)).code, 0);
  assert.deepEqual(await signingKeys(), first);
  assert.equal((await run('switch', keys)).code, 0);
  const second = await signingKeys();
  assert.ok(second.every((kid) => !first.includes(kid)));
});

test('what it does not understand it answers with how it is used, and what it does not find with a sentence', async () => {
  for (const words of [[], ['make'], ['rotate', keys], ['make', keys, 'more'], ['toString', keys]]) {
    const { code, said } = await run(...words);
    assert.deepEqual([code, said], [2, 'Usage: npm run service-keys -- make|announce|switch FOLDER']);
  }
  const { code, said } = await run('announce', join(folder, 'none'));
  assert.equal(code, 1);
  assert.doesNotMatch(said, /^\s+at /m);
});
