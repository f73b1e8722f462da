import type { BookingSettings } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** Replaces a doctor's booking settings. The notice for booking decides which slot is the first open one. */
export async function writeSettings(
  db: Kysely<Tables>,
  doctorId: string,
  settings: BookingSettings,
): Promise<void> {
  const columns = {
    auto_confirm: settings.autoConfirm,
    confirm_within_hours: settings.confirmWithinHours,
    min_booking_notice_minutes: settings.minBookingNoticeMinutes,
    min_cancel_notice_minutes: settings.minCancelNoticeMinutes,
  };
  await inTransaction(db, async (trx) => {
    await trx
      .insertInto('doctors')
      .values({ id: doctorId, ...columns })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
      .execute();
    await enqueue(trx, 'availability_changed', [doctorId]);
  });
}
