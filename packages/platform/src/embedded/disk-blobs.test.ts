import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newBlobKey } from '../blobs/blob-store.ts';
import { releaseMemory } from '../process/release-memory.ts';
import { openDiskBlobStore } from './disk-blobs.ts';

const folders: string[] = [];
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-blobs-'));
  folders.push(folder);
  return folder;
};
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const writerOf = (folder: string, key: string) => `
  import { openDiskBlobStore } from ${JSON.stringify(new URL('./disk-blobs.ts', import.meta.url).href)};
  const store = await openDiskBlobStore(${JSON.stringify(folder)});
  async function* content() {
    for (let written = 0; ; written += 65536) {
      yield Buffer.alloc(65536, 1);
      if (written === 65536 * 8) process.stdout.write('writing\\n');
    }
  }
  await store.put(${JSON.stringify(key)}, content());`;

test('a process killed while it writes leaves no blob, only what the sweeper removes', async () => {
  const folder = await newFolder();
  const key = newBlobKey();
  const child = spawn(process.execPath, ['--input-type=module', '-e', writerOf(folder, key)]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));

  const store = await openDiskBlobStore(folder);
  assert.equal(await store.sizeOf(key), undefined);
  const left = await readdir(join(folder, 'unfinished'));
  assert.equal(left.length, 1);
  assert.equal(await store.removeUnfinished(Date.now() - 3_600_000), 0, 'a fresh one may still be written');
  const old = new Date(Date.now() - 7_200_000);
  await utimes(join(folder, 'unfinished', left[0] ?? ''), old, old);
  assert.equal(await store.removeUnfinished(Date.now() - 3_600_000), 1);
  assert.deepEqual(await readdir(join(folder, 'unfinished')), []);
});

test('nobody but the owner can read what is stored', async () => {
  const folder = await newFolder();
  const store = await openDiskBlobStore(folder);
  const key = newBlobKey();
  await store.put(
    key,
    (async function* () {
      yield Buffer.from('secret');
    })(),
  );
  const { mode } = await stat(join(folder, 'blobs', key.slice(0, 2), key));
  assert.equal(mode & 0o077, 0);
});

test('opening a store again keeps what it has', async () => {
  const folder = await newFolder();
  await openDiskBlobStore(folder);
  const key = newBlobKey();
  await mkdir(join(folder, 'blobs', key.slice(0, 2)), { recursive: true });
  await writeFile(join(folder, 'blobs', key.slice(0, 2), key), 'kept');
  assert.equal(await (await openDiskBlobStore(folder)).sizeOf(key), 4);
});

test('memory is given back at once, but never memory that is shared', () => {
  const own = Buffer.allocUnsafeSlow(65_536);
  const part = own.subarray(0, 10);
  releaseMemory(part);
  assert.equal(own.length, 65_536);
  releaseMemory(own);
  assert.equal(own.length, 0);
});
