import { readFileSync } from 'node:fs';
import type { AuditAction } from '@consulta/contracts';
import { microBatch } from '@consulta/platform/work';
import type { Selectable } from 'kysely';
import type pg from 'pg';
import type { Actor } from '../../audit/actor.ts';
import type { FilesTable } from './tables.ts';

const openSql = readFileSync(new URL('open.sql', import.meta.url), 'utf8');

export type FileRow = Selectable<FilesTable>;

export type OpenFile = (asked: {
  fileId: string;
  actor: Actor;
  action: AuditAction;
}) => Promise<FileRow | undefined>;

/**
 * Gives a file's row to who may read it: its patient, or a doctor whose grant is live by the database's
 * clock; anyone else gets undefined. The access, or the refusal, is in the audit trail when this answers.
 * Callers that come at once share a statement and its commit.
 *
 * @param text another statement in place of `open.sql`, for measurements.
 */
export function fileOpener(pool: pg.Pool, text = openSql): OpenFile {
  const run = async (batch: Parameters<OpenFile>[0][]): Promise<(FileRow | undefined)[]> => {
    const { rows } = await pool.query<FileRow & { place: number }>({
      name: 'files_open',
      text,
      values: [JSON.stringify(batch.map(toQuestion))],
    });
    const answers = new Map(rows.map(({ place, ...row }) => [place, row]));
    return batch.map((_, place) => answers.get(place));
  };
  return microBatch({
    name: 'opened files',
    run,
    itemsMax: 200,
    concurrencyMax: 1,
    waitingMax: 10_000,
    isolateFailures: true,
  });
}

const toQuestion = ({ fileId, actor, action }: Parameters<OpenFile>[0], place: number) => ({
  place,
  file_id: fileId,
  actor_id: actor.userId,
  actor_role: actor.role,
  address: actor.address,
  request_id: actor.requestId,
  action,
});
