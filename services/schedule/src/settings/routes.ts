import {
  BookingSettings,
  BookingSettingsInput,
  CancelNotices,
  defaultBookingSettings,
  LookupByIds,
} from '@consulta/contracts';
import { callerOf, enqueue, inTransaction, type Routes } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

type SettingsDeps = {
  db: Kysely<Tables>;
  introduceDoctor: (doctorId: string) => Promise<void>;
  afterCommit: () => void;
};

/** How a doctor takes bookings. */
export const settingsRoutes =
  ({ db, introduceDoctor, afterCommit }: SettingsDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/users/me/booking-settings',
      config: { permission: 'booking-settings:manage-own' },
      schema: { response: { 200: BookingSettings } },
      handler: async (request) => {
        const { userId } = callerOf(request);
        await introduceDoctor(userId);
        return readSettings(db, userId);
      },
    });
    app.route({
      method: 'PUT',
      url: '/users/me/booking-settings',
      config: { permission: 'booking-settings:manage-own' },
      schema: { body: BookingSettingsInput, response: { 200: BookingSettings } },
      handler: async (request) => {
        const { userId } = callerOf(request);
        const wanted = { ...defaultBookingSettings, ...request.body };
        await introduceDoctor(userId);
        await inTransaction(db, async (trx) => {
          await trx
            .updateTable('doctors')
            .set({
              auto_confirm: wanted.autoConfirm,
              confirm_within_hours: wanted.confirmWithinHours,
              min_booking_notice_minutes: wanted.minBookingNoticeMinutes,
              min_cancel_notice_minutes: wanted.minCancelNoticeMinutes,
            })
            .where('id', '=', userId)
            .execute();
          await enqueue(trx, 'availability_changed', [userId]);
        });
        afterCommit();
        return readSettings(db, userId);
      },
    });
  };

/** Settings as other services ask for them. */
export const internalSettingsRoutes =
  ({ db }: { db: Kysely<Tables> }): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/internal/doctors/cancel-notice',
      config: { permission: 'internal' },
      schema: { body: LookupByIds, response: { 200: CancelNotices } },
      handler: async (request) => {
        const rows = await db
          .selectFrom('doctors')
          .select(['id', 'min_cancel_notice_minutes'])
          .where(sql<boolean>`id = ANY (${request.body.ids}::uuid[])`)
          .execute();
        return {
          doctors: rows.map((row) => ({
            doctorId: row.id,
            minCancelNoticeMinutes: row.min_cancel_notice_minutes,
          })),
        };
      },
    });
  };

async function readSettings(db: Kysely<Tables>, doctorId: string): Promise<BookingSettings> {
  const row = await db.selectFrom('doctors').selectAll().where('id', '=', doctorId).executeTakeFirstOrThrow();
  return {
    autoConfirm: row.auto_confirm,
    confirmWithinHours: row.confirm_within_hours,
    minBookingNoticeMinutes: row.min_booking_notice_minutes,
    minCancelNoticeMinutes: row.min_cancel_notice_minutes,
  };
}
