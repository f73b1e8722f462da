import { mkdir, open, readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** How far the chain reached at some time: its last position and that position's hash in hexadecimal. */
export type Head = { position: number; hash: string };

/**
 * Keeps the chain's head outside the database, so that cutting off the tail, or computing the chain anew after
 * a change, is noticed.
 */
export interface HeadStore {
  /** The furthest head recorded; undefined when none is. */
  latest(): Promise<Head | undefined>;
  /** Heads recorded over time, in order of position, the latest included. */
  all(): Promise<Head[]>;
  record(head: Head): Promise<void>;
}

const logEveryPositions = 1_000;
const logEveryMs = 600_000;

/**
 * The embedded mode's head store: `audit-head.json`, replaced whole at every sealing, and `audit-heads.log`, to
 * which a head is added every 1,000 positions or 10 minutes and from which nothing is ever taken away.
 */
export async function openHeadFiles(folder: string): Promise<HeadStore> {
  await mkdir(folder, { recursive: true });
  const [file, log] = [join(folder, 'audit-head.json'), join(folder, 'audit-heads.log')];
  await endHalfLine(log);
  const all = async () => {
    const heads = [...parseLines(await readIfThere(log)), ...parseLines(await readIfThere(file))];
    return heads.sort((a, b) => a.position - b.position);
  };
  let latest = (await all()).at(-1);
  let logged = parseLines(await readIfThere(log)).at(-1)?.position ?? 0;
  let loggedAtMs = 0;
  return {
    all,
    latest: async () => latest,
    record: async (head) => {
      await replace(file, folder, `${JSON.stringify(head)}\n`);
      latest = head;
      if (head.position < logged + logEveryPositions && Date.now() < loggedAtMs + logEveryMs) return;
      await writeSynced(log, 'a', `${JSON.stringify(head)}\n`);
      [logged, loggedAtMs] = [head.position, Date.now()];
    },
  };
}

/** A line without its end was being written when the process died; the head it was for stands in the file. */
async function endHalfLine(log: string): Promise<void> {
  const text = await readIfThere(log);
  if (text !== '' && !text.endsWith('\n')) await truncate(log, text.lastIndexOf('\n') + 1);
}

/** A line that is just being written has no end yet and does not count. */
const parseLines = (text: string): Head[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map(parseHead);

function parseHead(line: string): Head {
  const head: unknown = JSON.parse(line);
  if (typeof head === 'object' && head !== null && 'position' in head && 'hash' in head) {
    const { position, hash } = head;
    if (typeof position === 'number' && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) {
      return { position, hash };
    }
  }
  throw new Error('the audit heads are damaged');
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function replace(path: string, folder: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  await writeSynced(temporary, 'w', text);
  await rename(temporary, path);
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function writeSynced(path: string, flags: 'a' | 'w', text: string): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
