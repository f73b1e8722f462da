import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadBinaries } from './binaries.ts';
import { linkLibraries } from './link-libraries.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-links-'));
after(() => rm(root, { recursive: true, force: true }));

async function nativeWith(links: unknown): Promise<string> {
  const folder = join(await mkdtemp(join(root, 'package-')), 'native');
  await mkdir(join(folder, 'lib'), { recursive: true });
  await writeFile(join(folder, 'pg-symlinks.json'), JSON.stringify(links));
  return folder;
}

test('what an installation without scripts lacks is linked at the start, and the programs run', {
  skip: process.platform === 'win32' && 'no links there',
}, async () => {
  const { folder } = await loadBinaries();
  const copy = join(root, 'native');
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  const list = JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8'));
  assert.ok(list.length > 0);
  for (const { target } of list) await unlink(join(root, target));
  assert.throws(() => execFileSync(join(copy, 'bin', 'postgres'), ['--version'], { stdio: 'pipe' }));
  await linkLibraries(copy);
  await linkLibraries(copy);
  assert.match(String(execFileSync(join(copy, 'bin', 'postgres'), ['--version'])), /PostgreSQL/);
});

test('macOS’ libraries are linked by their names, wherever the package lies', async () => {
  const folder = await nativeWith([
    { source: 'native/lib/libpq.5.18.dylib', target: 'native/lib/libpq.dylib' },
    { source: 'native/lib/libpq.5.18.dylib', target: 'native/lib/postgresql/libpq.dylib' },
  ]);
  await mkdir(join(folder, 'lib', 'postgresql'));
  await linkLibraries(folder);
  assert.equal(await readlink(join(folder, 'lib', 'libpq.dylib')), 'libpq.5.18.dylib');
  assert.equal(await readlink(join(folder, 'lib', 'postgresql', 'libpq.dylib')), '../libpq.5.18.dylib');
});

test('a package without a list needs no links, and none leads out of a package', async () => {
  const bare = await nativeWith([]);
  await unlink(join(bare, 'pg-symlinks.json'));
  await linkLibraries(bare);
  const hostile = await nativeWith([{ source: 'native/lib/x', target: '../escaped' }]);
  await assert.rejects(linkLibraries(hostile), /does not lie in/);
  assert.deepEqual((await readdir(root)).includes('escaped'), false);
});
