import { inTransaction } from '@consulta/platform/database';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';
import { findSchedule, lockDoctor } from './queries.ts';
import { announceAvailability, lockAndReadClaims, readLiveSlots, withdrawSlots } from './slot-rows.ts';

/**
 * Closes every schedule of a doctor who left, each in a transaction of its own. Slots that an appointment holds stay
 * until it lets go of them, and are not offered again. May be repeated.
 */
export async function closeSchedulesOf(
  db: Kysely<Tables>,
  doctorId: string,
  now: Temporal.Instant,
): Promise<void> {
  const open = await db
    .selectFrom('schedules')
    .select('id')
    .where('doctor_id', '=', doctorId)
    .where('deleted_at', 'is', null)
    .execute();
  for (const { id } of open) await closeSchedule(db, { id, doctorId }, now);
}

const closeSchedule = (db: Kysely<Tables>, key: { id: string; doctorId: string }, now: Temporal.Instant) =>
  inTransaction(db, async (trx) => {
    await lockDoctor(trx, key.doctorId);
    if (!(await findSchedule(trx, key))) return;
    const live = (await readLiveSlots(trx, key.id, now)).map(({ id }) => id);
    const holders = await lockAndReadClaims(trx, live);
    await withdrawSlots(
      trx,
      live.filter((id) => !holders.has(id)),
    );
    await trx
      .updateTable('schedules')
      .set({ active: false, deleted_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
      .where('id', '=', key.id)
      .execute();
    await announceAvailability(trx, [key.doctorId]);
  });
