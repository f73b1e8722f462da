import { type BookingSettings, details } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { readSettings, stateOf } from './queries.ts';

/**
 * Replaces the booking settings of a doctor who is known here; 412 unless `accepts` takes what they are. The notice for
 * booking decides which slot is the first open one.
 */
export async function writeSettings(
  db: Kysely<Tables>,
  doctorId: string,
  settings: BookingSettings,
  accepts: (state: string) => boolean,
): Promise<void> {
  const columns = {
    auto_confirm: settings.autoConfirm,
    confirm_within_hours: settings.confirmWithinHours,
    min_booking_notice_minutes: settings.minBookingNoticeMinutes,
    min_cancel_notice_minutes: settings.minCancelNoticeMinutes,
  };
  await inTransaction(db, async (trx) => {
    await trx.selectFrom('doctors').select('id').where('id', '=', doctorId).forNoKeyUpdate().execute();
    const current = stateOf(await readSettings(trx, doctorId));
    if (!accepts(current)) throw problem('stale_version', details.readAgain);
    await trx
      .insertInto('doctors')
      .values({ id: doctorId, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute();
    await enqueue(trx, 'availability_changed', [doctorId]);
  });
}
