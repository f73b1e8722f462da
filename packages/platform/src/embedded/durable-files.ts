import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../process/error-code.ts';

/*
 * Files that count once they are there: written beside, synced, put in place, and the folder synced. A crash or a
 * power cut leaves the old state or the new one, and at worst a file beside that nobody reads.
 */

/** Text, or bytes as they come. */
type Content = string | AsyncIterable<Uint8Array>;

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

/**
 * Writes a file for its owner alone (mode 0600), in place of one that may be there.
 *
 * @param workplace where it is written until it is whole: a folder on the same disk; by default the file's own.
 */
export async function writePrivateFile(path: string, content: Content, workplace?: string): Promise<void> {
  await writeBeside(path, content, workplace ?? dirname(path), (temporary) => rename(temporary, path));
}

/** Writes a file for its owner alone unless there is one: of several who try at once, one succeeds. */
export async function createPrivateFile(path: string, content: Content): Promise<boolean> {
  let created = true;
  await writeBeside(path, content, dirname(path), (temporary) =>
    link(temporary, path).catch((error) => {
      if (errorCode(error) !== 'EEXIST') throw error;
      created = false;
    }),
  );
  return created;
}

/** Each writer has a file of its own beside, so that two at once never mix. */
async function writeBeside(
  path: string,
  content: Content,
  workplace: string,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(workplace, `${basename(path)}.${crypto.randomUUID()}`);
  try {
    await writeSynced(temporary, 'wx', content);
    await place(temporary);
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Adds text to the end of a file, made for its owner alone. A crash may leave a part of the text there. */
export async function appendDurably(path: string, text: string): Promise<void> {
  await writeSynced(path, 'a', text);
  await syncFolder(dirname(path));
}

async function writeSynced(path: string, flags: 'wx' | 'a', content: Content): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    await handle.writeFile(content);
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
  return readFile(path, 'utf8').catch(undefinedIfAbsent);
}

/** The end of a file's text, from the beginning of a line and no longer than `bytesMax`; undefined where there is no file. */
export async function readEndIfThere(path: string, bytesMax: number): Promise<string | undefined> {
  const handle = await open(path, 'r').catch(undefinedIfAbsent);
  if (!handle) return undefined;
  try {
    const start = Math.max(0, (await handle.stat()).size - bytesMax);
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(bytesMax), position: start });
    const end = buffer.toString('utf8', 0, bytesRead);
    return start === 0 ? end : end.slice(end.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}

/** For a `catch`: nothing where there is no such file or folder, and every other error as it is. */
export function undefinedIfAbsent(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
  return undefined;
}
