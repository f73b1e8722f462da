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
import { furthest, headText, isDue, parseHead } from './recorded-heads.ts';

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
      const line = `${headText(head)}\n`;
      await writePrivateFile(file, line);
      if (!isDue(head, furthest(await endOfLog(log)))) return false;
      await endHalfLine(log);
      await appendDurably(log, line);
      return true;
    },
  };
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
