import { type BookingSettings, defaultBookingSettings } from '@consulta/contracts';
import { digestOf } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** A doctor's booking settings; the defaults until the doctor sets any. */
export async function readSettings(db: Kysely<Tables>, doctorId: string): Promise<BookingSettings> {
  const row = await db
    .selectFrom('doctors')
    .select([
      'auto_confirm',
      'confirm_within_hours',
      'min_booking_notice_minutes',
      'min_cancel_notice_minutes',
    ])
    .where('id', '=', doctorId)
    .executeTakeFirst();
  if (!row) return defaultBookingSettings;
  return {
    autoConfirm: row.auto_confirm,
    confirmWithinHours: row.confirm_within_hours,
    minBookingNoticeMinutes: row.min_booking_notice_minutes,
    minCancelNoticeMinutes: row.min_cancel_notice_minutes,
  };
}

/** Stands for these settings in an entity tag. */
export const stateOf = (settings: BookingSettings): string =>
  digestOf([
    settings.autoConfirm,
    settings.confirmWithinHours,
    settings.minBookingNoticeMinutes,
    settings.minCancelNoticeMinutes,
  ]);
