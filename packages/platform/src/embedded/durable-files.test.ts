import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { appendDurably, createPrivateFile, readIfThere, writePrivateFile } from './durable-files.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-files-'));
after(() => rm(root, { recursive: true }));
const newFolder = () => mkdtemp(join(root, 'files-'));
const long = (letter: string) => letter.repeat(100_000);

test('of many who write a file at once each leaves it whole, and nothing beside it', async () => {
  const folder = await newFolder();
  const path = join(folder, 'file');
  const texts = [...'abcdefghijkl'].map(long);
  await Promise.all(texts.map((text) => writePrivateFile(path, text)));
  assert.ok(texts.includes(await readFile(path, 'utf8')));
  assert.deepEqual(await readdir(folder), ['file']);
});

test('of many who create a file at once one does, and the others learn that they did not', async () => {
  const folder = await newFolder();
  const path = join(folder, 'file');
  const texts = [...'abcdefghijkl'].map(long);
  const created = await Promise.all(texts.map((text) => createPrivateFile(path, text)));
  assert.deepEqual(
    texts.filter((_, index) => created[index]),
    [await readFile(path, 'utf8')],
  );
  assert.deepEqual(await readdir(folder), ['file']);
});

test('content that breaks off leaves the file as it was, and nothing beside it', async () => {
  const folder = await newFolder();
  const path = join(folder, 'file');
  await writePrivateFile(path, 'before');
  async function* broken() {
    yield Buffer.from('half');
    throw new Error('broken off');
  }
  await assert.rejects(writePrivateFile(path, broken()), /broken off/);
  assert.equal(await readFile(path, 'utf8'), 'before');
  assert.deepEqual(await readdir(folder), ['file']);
});

test('only the owner may read what is written, created or added to', async () => {
  const folder = await newFolder();
  await writePrivateFile(join(folder, 'written'), 'x');
  await createPrivateFile(join(folder, 'created'), 'x');
  await appendDurably(join(folder, 'added'), 'x');
  await appendDurably(join(folder, 'added'), 'y');
  assert.equal(await readIfThere(join(folder, 'added')), 'xy');
  for (const name of await readdir(folder)) {
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
  }
});

test('only a missing file reads as undefined', async () => {
  const folder = await newFolder();
  assert.equal(await readIfThere(join(folder, 'nothing')), undefined);
  await assert.rejects(readIfThere(folder), { code: 'EISDIR' });
});
