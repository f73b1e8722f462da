import { chmod, open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../process/error-code.ts';

const sqliteBusy = 5;

/** A lock must not end because whoever took it forgot about it and memory was tidied up. */
const held = new Set<DatabaseSync>();

/**
 * Makes the caller the only one who holds this file, until it releases it or its process ends, however that ends. The
 * lock is the kernel's; the file is made where it is missing, stays empty, and is private, so that nobody else can hold
 * it. Why SQLite takes it: docs/decisions/011.
 *
 * Nothing else may open that file: the kernel drops a process's locks on a file with the first handle closed.
 *
 * @param waitMs how long to wait for whoever holds it.
 * @returns what releases it; undefined when it was not free in time.
 */
export async function lockFile(file: string, waitMs: number): Promise<(() => void) | undefined> {
  await makePrivate(file);
  for (const deadline = performance.now() + waitMs; ; await sleep(20)) {
    const release = tryToLock(file);
    if (release || performance.now() >= deadline) return release;
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
