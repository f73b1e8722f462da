import type { Caller } from '@consulta/platform/auth';
import { problem } from '@consulta/platform/problems';
import { microBatch } from '@consulta/platform/work';
import type { Kysely } from 'kysely';
import { ownerColumn } from '../appointments/own.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

/** Which of these requests are decided, or closed before that. What is not stored yet is not. */
export const decidedAmong =
  (db: Kysely<AppointmentTables>) =>
  async (ids: string[]): Promise<string[]> => {
    const rows = await db
      .selectFrom('booking_requests as request')
      .select('request.id')
      .where('request.id', '=', (eb) => eb.fn.any(eb.val(ids)))
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('undecided_requests as waiting').whereRef('waiting.arrival', '=', 'request.arrival'),
          ),
        ),
      )
      .execute();
    return rows.map(({ id }) => id);
  };

/**
 * Reads appointments for the callers who waited for their decision. One announcement wakes all whose requests were
 * decided together, so they share a query, too. Throws 404 for what is not the caller's.
 */
export function decidedReader(
  db: Kysely<AppointmentTables>,
): (caller: Pick<Caller, 'role' | 'userId'>, id: string) => Promise<AppointmentOverview> {
  const read = microBatch<string, AppointmentOverview | undefined>({
    name: 'decided requests',
    run: async (ids) => {
      const rows = await db
        .selectFrom('appointment_overview')
        .selectAll()
        .where('id', '=', (eb) => eb.fn.any(eb.val(ids)))
        .execute();
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id));
    },
    itemsMax: 500,
    concurrencyMax: 1,
    waitingMax: 20_000,
    isolateFailures: false,
  });
  return async (caller, id) => {
    const row = await read(id);
    if (row?.[ownerColumn(caller)] !== caller.userId) throw problem('not_found');
    return row;
  };
}
