import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/*
 * Files that count once they are there: written beside, synced, renamed, and the folder synced. A crash or a
 * power cut leaves the old state or the new one.
 */

/** Makes what a folder's entries are (files made, renamed, removed) outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Makes a folder and those above it, where they are missing. */
export async function makeFolder(folder: string, mode = 0o755): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** Writes a small file for its owner alone (mode 0600), in place of one that may be there. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  await writeSynced(handle, text);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

async function writeSynced(handle: FileHandle, text: string): Promise<void> {
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes a file or a folder with all in it; nothing is there afterwards, even after a power cut. */
export async function removeDurably(path: string): Promise<void> {
  // What another process is just ending may still write there.
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  await syncFolder(dirname(path));
}

/** A file's text; undefined where there is no file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
}
