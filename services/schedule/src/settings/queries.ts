import { type BookingSettings, type CancelNotices, defaultBookingSettings } from '@consulta/contracts';
import { digestOf } from '@consulta/platform/http';
import { type Kysely, sql } from 'kysely';
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

/** How long before its start a patient may still cancel with each doctor, in minutes. */
export async function readCancelNotices(
  db: Kysely<Tables>,
  doctorIds: string[],
): Promise<CancelNotices['doctors']> {
  const { rows } = await sql<{ id: string; minutes: number | null }>`
    SELECT asked.id, d.min_cancel_notice_minutes AS minutes
    FROM unnest(${doctorIds}::uuid[]) AS asked (id) LEFT JOIN doctors d ON d.id = asked.id`.execute(db);
  return rows.map(({ id, minutes }) => ({
    doctorId: id,
    minCancelNoticeMinutes: minutes ?? defaultBookingSettings.minCancelNoticeMinutes,
  }));
}
