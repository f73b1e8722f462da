import { readFileSync } from 'node:fs';
import { microBatch } from '@consulta/platform/work';
import type pg from 'pg';
import type { Actor } from '../../audit/actor.ts';

const stillReadableSql = readFileSync(new URL('still-readable.sql', import.meta.url), 'utf8');

export type StillReadable = (asked: { fileId: string; actor: Actor }) => Promise<boolean>;

/** Asks whether someone who opened a file may still read it. Questions asked at once share a statement. */
export function stillReadable(pool: pg.Pool): StillReadable {
  const run = async (batch: Parameters<StillReadable>[0][]): Promise<boolean[]> => {
    const { rows } = await pool.query<{ place: number }>({
      name: 'files_still_readable',
      text: stillReadableSql,
      values: [JSON.stringify(batch.map(toQuestion))],
    });
    const readable = new Set(rows.map(({ place }) => place));
    return batch.map((_, place) => readable.has(place));
  };
  return microBatch({
    name: 'files still readable',
    run,
    itemsMax: 1_000,
    concurrencyMax: 1,
    waitingMax: 20_000,
    isolateFailures: false,
  });
}

const toQuestion = ({ fileId, actor }: Parameters<StillReadable>[0], place: number) => ({
  place,
  file_id: fileId,
  actor_id: actor.userId,
  actor_role: actor.role,
});
