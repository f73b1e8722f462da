import { inTransaction } from '@consulta/platform/database';
import { type Kysely, sql } from 'kysely';
import { changeAppointment } from '../appointments/change.ts';
import type { AppointmentTables } from '../tables.ts';

/** Declines what the doctor did not answer in time; answers how many (at most `limit` in one go). */
export function declineUnanswered(db: Kysely<AppointmentTables>, limit: number): Promise<number> {
  return inTransaction(db, async (trx) => {
    const due = await trx
      .selectFrom('appointments')
      .select(['id', 'patient_id', 'doctor_id'])
      .where('status', '=', 'awaiting_confirmation')
      .where('confirm_by', '<', sql<Date>`now()`)
      .orderBy('confirm_by')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const row of due) {
      await changeAppointment(trx, row, {
        status: 'declined',
        reason: 'not_confirmed_in_time',
        by: 'system',
      });
    }
    return due.length;
  });
}
