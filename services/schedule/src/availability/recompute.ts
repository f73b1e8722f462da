import { enqueue, inTransaction } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import { nextAvailable } from '../slots/queries.ts';
import type { Tables } from '../tables.ts';

/**
 * Looks up the first open slot of each doctor and tells the user service about those whose first is another one
 * than last told.
 */
export async function recomputeAvailability(
  db: Kysely<Tables>,
  now: Date,
  doctorIds: string[],
): Promise<void> {
  if (doctorIds.length === 0) return;
  await inTransaction(db, async (trx) => {
    // The rows are locked first, so that of two recomputations the later one sees what the earlier one saw.
    await sql`SELECT FROM doctors WHERE id = ANY (${doctorIds}::uuid[]) ORDER BY id FOR UPDATE`.execute(trx);
    const found = await nextAvailable(trx, now, doctorIds);
    const { rows } = await sql<{ id: string; changed: boolean }>`
      UPDATE doctors d
      SET next_available_at = f.at,
        recheck_at = f.at - d.min_booking_notice_minutes * interval '1 minute'
      FROM json_to_recordset(${JSON.stringify(found.map((each) => ({ id: each.doctorId, at: each.nextAvailableAt })))})
        AS f (id uuid, at timestamptz)
      WHERE d.id = f.id AND (d.next_available_at IS DISTINCT FROM f.at OR d.recheck_at <= ${now})
      RETURNING d.id, old.next_available_at IS DISTINCT FROM new.next_available_at AS changed`.execute(trx);
    await enqueue(
      trx,
      'next_available_changed',
      rows.filter(({ changed }) => changed).map(({ id }) => id),
    );
  });
}

const recheckMax = 500;

/** Doctors whose first open slot has begun, or come inside their notice, since it was looked up. */
export async function doctorsToRecheck(db: Kysely<Tables>, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('doctors')
    .select('id')
    .where('recheck_at', '<=', now)
    .orderBy('recheck_at')
    .limit(recheckMax)
    .execute();
  return rows.map(({ id }) => id);
}
