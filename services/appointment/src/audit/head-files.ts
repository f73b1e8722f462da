import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import {
  appendDurably,
  makeFolder,
  readEndIfThere,
  readIfThere,
  writePrivateFile,
} from '@consulta/platform/embedded/files';
import type { AuditHeads, Head } from './audit-heads.ts';

const logEveryPositions = 1_000;
const logEveryMs = 600_000;
/** What is read of the log's end: some 250 heads, should a few lines be damaged. */
const endBytes = 65_536;

const filesIn = (folder: string) => ({
  file: join(folder, 'audit-head.json'),
  log: join(folder, 'audit-heads.log'),
});

/**
 * The embedded mode's head store: `audit-head.json`, replaced whole at every sealing, and `audit-heads.log`, to
 * which a head is added every 1,000 positions or 10 minutes and from which nothing is ever taken away. Nothing is
 * remembered beside the files: any number of processes have the same heads.
 */
export async function openHeadFiles(folder: string): Promise<AuditHeads> {
  await makeFolder(folder);
  const { file, log } = filesIn(folder);
  const latest = async () =>
    furthest([...(await endOfLog(log)), ...parseLines(await readIfThere(file)).heads]);
  return {
    all: () => readHeadFiles(folder),
    latest,
    record: async (head) => {
      if (head.position < ((await latest())?.position ?? 0)) return false;
      const line = `${JSON.stringify(head)}\n`;
      await writePrivateFile(file, line);
      if (!isDue(head, furthest(await endOfLog(log)))) return false;
      await endHalfLine(log);
      await appendDurably(log, line);
      return true;
    },
  };
}

const furthest = (heads: Head[]) => heads.toSorted((a, b) => a.position - b.position).at(-1);

/** Whether a head belongs in the log, going by its own time, which may also have been put back. */
function isDue({ position, at }: Head, logged: Head | undefined): boolean {
  if (!logged?.at || !at) return true;
  const passedMs = Math.abs(Date.parse(at) - Date.parse(logged.at));
  return position >= logged.position + logEveryPositions || !(passedMs < logEveryMs);
}

/** The last heads of the log; all of it would be ever more to read. */
const endOfLog = async (log: string) => parseLines(await readEndIfThere(log, endBytes)).heads;

/** The heads in a folder as they are, for who must not write there: the server that does may be running. */
export async function readHeadFiles(folder: string): Promise<{ heads: Head[]; unreadable: number }> {
  const { file, log } = filesIn(folder);
  const parts = [parseLines(await readIfThere(log)), parseLines(await readIfThere(file))];
  return {
    heads: parts.flatMap(({ heads }) => heads).sort((a, b) => a.position - b.position),
    unreadable: parts.reduce((sum, { unreadable }) => sum + unreadable, 0),
  };
}

/** A line without its end was being written when the process died; the head it was for stands in the file. */
async function endHalfLine(log: string): Promise<void> {
  const text = await readIfThere(log);
  if (text && !text.endsWith('\n')) await truncate(log, text.lastIndexOf('\n') + 1);
}

/** A line that is just being written has no end yet and does not count. */
function parseLines(text = ''): { heads: Head[]; unreadable: number } {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const lines = whole.filter((line) => line !== '');
  const heads = lines.map(parseHead).filter((head) => head !== undefined);
  return { heads, unreadable: lines.length - heads.length };
}

function parseHead(line: string): Head | undefined {
  let parsed: { [name in keyof Head]?: unknown } | null;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { position, hash, at, signature } = parsed ?? {};
  if (!Number.isSafeInteger(position) || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    return undefined;
  }
  return {
    position: Number(position),
    hash,
    at: typeof at === 'string' ? at : null,
    signature: typeof signature === 'string' ? signature : null,
  };
}
