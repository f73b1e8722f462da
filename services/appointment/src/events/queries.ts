import type { Caller } from '@consulta/platform/auth';
import { type Kysely, sql } from 'kysely';
import { ownerColumn } from '../appointments/queries.ts';
import type { AppointmentTables } from '../tables.ts';
import type { StreamedEvent } from './sequencer.ts';

type Db = Kysely<AppointmentTables>;

/** The caller's events after `afterId`, oldest first, at most `limit`. */
export const eventsAfter = (
  db: Db,
  caller: Caller,
  afterId: number,
  limit: number,
): Promise<StreamedEvent[]> =>
  db
    .selectFrom('event_stream')
    .selectAll()
    .where(ownerColumn(caller), '=', caller.userId)
    .where('stream_id', '>', afterId)
    .orderBy('stream_id')
    .limit(limit)
    .execute();

/** Where the stream begins (the newest event forgotten) and ends (the newest event numbered). */
export async function streamBounds(db: Db): Promise<{ floor: number; head: number }> {
  const { rows } = await sql<{ floor: number; head: number }>`
    SELECT stream_id AS floor, GREATEST(stream_id, (SELECT max(stream_id) FROM event_stream)) AS head
    FROM event_stream_floor`.execute(db);
  const [bounds] = rows;
  if (!bounds) throw new Error('event_stream_floor has lost its row');
  return bounds;
}
