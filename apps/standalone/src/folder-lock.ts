import { chmod, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '@consulta/platform/process';

const fileName = 'owner.lock';
const sqliteBusy = 5;

/** Another process, or another part of this one, works on the folder. */
export class FolderTaken extends Error {
  constructor(folder: string) {
    super(`Another Consulta is running on ${folder}`);
    this.name = 'FolderTaken';
  }
}

/** A lock must not end because whoever took it forgot about it and memory was tidied up. */
const held = new Set<DatabaseSync>();

/**
 * Makes the caller the only one who works on a data folder, until it releases the folder or its process ends,
 * however that ends. The lock is the kernel's, on a file inside the folder, so it holds whatever path, mount or
 * network namespace the folder is reached by; the file is private, so nobody else can hold it. Why SQLite takes
 * it: docs/decisions/011.
 *
 * Nothing else may open that file: the kernel drops a process's locks on a file with the first handle closed.
 *
 * @param waitMs how long to wait for one that is just stopping; then it throws {@link FolderTaken}.
 * @returns what releases the folder.
 */
export async function lockFolder(folder: string, waitMs: number): Promise<() => void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, fileName);
  await makePrivate(file);
  for (const deadline = performance.now() + waitMs; ; await sleep(100)) {
    const release = tryToLock(file);
    if (release) return release;
    if (performance.now() >= deadline) throw new FolderTaken(folder);
  }
}

/** Only who may open the file can lock it. */
async function makePrivate(file: string): Promise<void> {
  const made = await open(file, 'wx', 0o600).catch((error) => {
    if (errorCode(error) !== 'EEXIST') throw error;
    return undefined;
  });
  if (made) await made.close();
  else await chmod(file, 0o600);
}

function tryToLock(file: string): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // With its journal in memory nothing is ever written: the file stays empty, and a full disk does not matter.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return undefined;
    throw new Error(`${file} cannot be locked`, { cause: error });
  }
  return keep(database);
}

function keep(database: DatabaseSync): () => void {
  held.add(database);
  return () => {
    if (held.delete(database)) database.close();
  };
}
