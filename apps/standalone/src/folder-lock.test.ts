import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderTaken, lockFolder } from './folder-lock.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-lock-'));
const children: ChildProcess[] = [];
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

let folders = 0;
const newFolder = () => join(root, `folder-${++folders}`);

const lockAndStay = `
  const { lockFolder } = await import(process.argv[1]);
  await lockFolder(process.argv[2], Number(process.argv[3]))
    .then(() => console.log('locked'), (error) => { console.log(error.name); process.exit(0); });
  setInterval(() => {}, 1000);`;
const module = new URL('folder-lock.ts', import.meta.url).href;

/** Another process that locks the folder and stays; answers what it says: 'locked' or an error's name. */
async function lockElsewhere(
  folder: string,
  { waitMs = 0, prefix = [] as string[] } = {},
): Promise<{ said: string; child: ChildProcess }> {
  const command = [...prefix, process.execPath, '--input-type=module', '-e', lockAndStay, module];
  const [program = '', ...args] = [...command, folder, String(waitMs)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  return { said: String(said).trim(), child };
}

/** Whether a command works here: some need root or Linux. */
function works(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a folder has one owner in a process and among processes, and is free once it is released', async () => {
  const folder = newFolder();
  const release = await lockFolder(folder, 0);
  await assert.rejects(lockFolder(folder, 0), FolderTaken);
  assert.equal((await lockElsewhere(folder)).said, 'FolderTaken');
  release();
  release();
  const other = await lockElsewhere(folder);
  assert.equal(other.said, 'locked');
  await assert.rejects(lockFolder(folder, 0), FolderTaken);
});

test('a lock goes with its process, even one that is killed', async () => {
  const folder = newFolder();
  const { said, child } = await lockElsewhere(folder);
  assert.equal(said, 'locked');
  child.kill('SIGKILL');
  await once(child, 'exit');
  (await lockFolder(folder, 0))();
});

test('who waits for an owner that is stopping gets the folder as soon as it is free', async () => {
  const folder = newFolder();
  const release = await lockFolder(folder, 0);
  const waiting = lockFolder(folder, 60_000);
  assert.equal(await Promise.race([waiting.then(() => 'locked'), sleep(300, 'waiting')]), 'waiting');
  release();
  (await waiting)();
});

test('a link to the folder is the same folder', async () => {
  const folder = newFolder();
  const release = await lockFolder(folder, 0);
  await symlink(folder, `${folder}-link`);
  await assert.rejects(lockFolder(`${folder}-link`, 0), FolderTaken);
  release();
});

const canUnshare = works('unshare', '--mount', '--net', 'true');

test('a network namespace of its own makes no second owner', {
  skip: !canUnshare && 'namespaces cannot be made here',
}, async () => {
  const folder = newFolder();
  const release = await lockFolder(folder, 0);
  assert.equal((await lockElsewhere(folder, { prefix: ['unshare', '--net'] })).said, 'FolderTaken');
  release();
  assert.equal((await lockElsewhere(folder, { prefix: ['unshare', '--net'] })).said, 'locked');
  await assert.rejects(lockFolder(folder, 0), FolderTaken);
});

test('a bind mount of the folder makes no second owner', {
  skip: !canUnshare && 'namespaces cannot be made here',
}, async () => {
  const [folder, alias] = [newFolder(), newFolder()];
  await mkdir(alias);
  const release = await lockFolder(folder, 0);
  const mount = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const prefix = ['unshare', '--mount', 'sh', '-c', mount, 'sh', folder, alias];
  assert.equal((await lockElsewhere(alias, { prefix })).said, 'FolderTaken');
  release();
});

const canBecomeNobody =
  process.getuid?.() === 0 && works('setpriv', '--reuid', '65534', '--clear-groups', 'true');

test('another local user can neither take the folder nor keep it from its owner', {
  skip: !canBecomeNobody && 'only root can try as another user',
}, async () => {
  const folder = newFolder();
  (await lockFolder(folder, 0))();
  await chmod(root, 0o755);
  const prefix = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  assert.equal((await lockElsewhere(folder, { prefix })).said, 'Error');
  (await lockFolder(folder, 0))();
});

test('a file that others could open is closed to them, and the lock writes nothing', async () => {
  const folder = newFolder();
  await mkdir(folder);
  await writeFile(join(folder, 'owner.lock'), '', { mode: 0o666 });
  const release = await lockFolder(folder, 0);
  const { mode, size } = await stat(join(folder, 'owner.lock'));
  assert.deepEqual({ mode: mode & 0o777, size }, { mode: 0o600, size: 0 });
  assert.deepEqual(await readdir(folder), ['owner.lock']);
  release();
});

test('what is no taken folder is told as it is', async () => {
  const file = newFolder();
  await writeFile(file, '');
  await assert.rejects(lockFolder(file, 0), /EEXIST|ENOTDIR/);
  const folder = newFolder();
  await mkdir(join(folder, 'owner.lock'), { recursive: true });
  await assert.rejects(lockFolder(folder, 0), /owner\.lock/);
});
