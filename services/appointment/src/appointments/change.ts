import type { AppointmentStatus } from '@consulta/contracts';
import { enqueue } from '@consulta/platform/messaging';
import { sql, type Transaction } from 'kysely';
import type { AppointmentOverview, AppointmentTables, BookedStatus } from '../tables.ts';

type Trx = Transaction<AppointmentTables>;

/** What becomes of a booked appointment. */
export type Change = { status: BookedStatus; reason: string | null; by: 'patient' | 'doctor' | 'system' };

const releasing: readonly AppointmentStatus[] = ['declined', 'cancelled', 'replaced'];

/** Whom an appointment concerns. */
export type Participants = Pick<AppointmentOverview, 'id' | 'patient_id' | 'doctor_id'>;

/** Changes a booked appointment's status, with history, event and release. The caller has locked the row. */
export async function changeAppointment(trx: Trx, current: Participants, change: Change): Promise<void> {
  const { status, reason, by } = change;
  await trx
    .updateTable('appointments')
    .set({
      status,
      status_reason: reason,
      // What is reopened was confirmed before.
      ...(status === 'confirmed' ? { confirmed_at: sql<Date>`coalesce(confirmed_at, now())` } : {}),
      ...(status === 'cancelled'
        ? { cancelled_at: sql<Date>`now()`, cancelled_by: by === 'system' ? null : by }
        : {}),
    })
    .where('id', '=', current.id)
    .execute();
  await trx
    .insertInto('appointment_transitions')
    .values({ appointment_id: current.id, status, status_reason: reason, by })
    .execute();
  await announce(trx, current, status);
  if (releasing.includes(status)) await enqueue(trx, 'claim_released', [current.id]);
}

/** Leaves the event of a change for the sequencer. */
export const announce = (trx: Trx, { id, patient_id, doctor_id }: Participants, status: AppointmentStatus) =>
  trx.insertInto('pending_events').values({ appointment_id: id, patient_id, doctor_id, status }).execute();
