import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql } from 'kysely';
import { holdingSql } from '../appointments/holding.ts';
import type { AppointmentTables } from '../tables.ts';

/** The refusal of a slot that its patient holds or waits for, with the appointment that does. */
export const alreadyYours = (appointmentId: string | undefined) =>
  problem('already_yours', details.alreadyYours, {
    extra: appointmentId === undefined ? {} : { appointmentId },
  });

/** The appointment by which a patient holds a slot, for who was refused because of it; it may be gone by now. */
export async function ownHolder(
  db: Kysely<AppointmentTables>,
  { patientId, slotId }: { patientId: string; slotId: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('appointments')
    .select('id')
    .where('slot_id', '=', slotId)
    .where('patient_id', '=', patientId)
    .where(sql<boolean>`status IN (${sql.raw(holdingSql)})`)
    .executeTakeFirst();
  return row?.id;
}
