import type { TextStore } from '@consulta/platform/blobs';
import { turns } from '@consulta/platform/work';
import type { AuditHeads, Head } from './audit-heads.ts';
import { furthest, headText, isDue, parseHead } from './recorded-heads.ts';

/** The name of the latest head, which is replaced at every sealing. */
const latestName = 'latest.json';
const keptPrefix = 'kept/';
/** Objects read at once where all are. */
const readsAtOnce = 16;
/** Who is overtaken looks again; whoever chains holds a lock, so that this happens once at most. */
const triesMax = 3;

/**
 * Heads as objects: the latest, and one each for those kept for good, whose names put the furthest first, so that it is
 * found however many there are. The latest is replaced only as it was read: who slept beyond the end of its lock puts no
 * older head in the place of a further one.
 */
export function headObjects(texts: TextStore): AuditHeads {
  const readLatest = async () => {
    const found = await texts.read(latestName);
    return { head: parseHead(found?.text ?? ''), version: found?.version };
  };
  const readKept = async () => {
    const { value } = await texts.names(keptPrefix, 1).next();
    return value === undefined ? undefined : readHead(texts, value);
  };
  const readEnd = async () => {
    const [{ head, version }, kept] = await Promise.all([readLatest(), readKept()]);
    return { latest: furthest([kept, head].filter((each) => each !== undefined)), version, kept };
  };
  const record = async (head: Head): Promise<boolean> => {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const { latest, version, kept } = await readEnd();
      if (head.position < (latest?.position ?? 0)) return false;
      if (!(await texts.write(latestName, headText(head), version))) continue;
      if (!isDue(head, kept)) return false;
      // Where one of that name is there already, it is this very head.
      await texts.write(keptName(head), headText(head), undefined);
      return true;
    }
    throw new Error('others record audit heads at the same time, though whoever chains holds a lock');
  };
  return { latest: async () => (await readEnd()).latest, all: () => readAll(texts), record };
}

const keptName = ({ position, hash }: Head) =>
  `${keptPrefix}${String(Number.MAX_SAFE_INTEGER - position).padStart(16, '0')}-${hash}.json`;

const readHead = async (texts: TextStore, name: string): Promise<Head | undefined> =>
  parseHead((await texts.read(name))?.text ?? '');

async function readAll(texts: TextStore): Promise<{ heads: Head[]; unreadable: number }> {
  const names: string[] = [];
  for await (const name of texts.names('')) names.push(name);
  const inTurn = turns(readsAtOnce);
  const read = await Promise.all(names.map((name) => inTurn(() => readHead(texts, name))));
  const heads = read.filter((head) => head !== undefined);
  return {
    heads: heads.toSorted((a, b) => a.position - b.position),
    unreadable: read.length - heads.length,
  };
}
