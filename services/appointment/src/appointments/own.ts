import type { Caller } from '@consulta/platform/auth';
import { problem } from '@consulta/platform/problems';
import type { Kysely, Transaction } from 'kysely';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

type Trx = Transaction<AppointmentTables>;

/** As whom somebody owns appointments. */
export type Owner = Pick<Caller, 'userId' | 'role'>;

/** The column that makes an appointment the caller's: as its doctor or as its patient. */
export const ownerColumn = (caller: Pick<Caller, 'role'>) =>
  caller.role === 'doctor' ? 'doctor_id' : 'patient_id';

/** The caller's appointment, for decisions: who shows it to the caller takes `readOwn`. Throws 404 without one. */
export async function findOwn(
  db: Kysely<AppointmentTables>,
  caller: Caller,
  id: string,
): Promise<AppointmentOverview> {
  const row = await db
    .selectFrom('appointment_overview')
    .selectAll()
    .where('id', '=', id)
    .where(ownerColumn(caller), '=', caller.userId)
    .executeTakeFirst();
  if (!row) throw problem('not_found');
  return row;
}

/**
 * Locks what the status hangs on: the request's row in the waiting line, where the creator's decision excludes
 * this step, and the booked appointment. What is read afterwards stays true until the transaction ends.
 */
export async function lockOwn(trx: Trx, caller: Owner, id: string): Promise<AppointmentOverview> {
  const owned = await trx
    .selectFrom('booking_requests')
    .select('arrival')
    .where('id', '=', id)
    .where(ownerColumn(caller), '=', caller.userId)
    .executeTakeFirst();
  if (!owned) throw problem('not_found');
  await trx
    .selectFrom('undecided_requests')
    .select('id')
    .where('arrival', '=', owned.arrival)
    .forUpdate()
    .execute();
  await trx.selectFrom('appointments').select('id').where('id', '=', id).forUpdate().execute();
  return readOverview(trx, id);
}

/** The appointment as it is at this point of the transaction. */
export const readOverview = (trx: Trx, id: string): Promise<AppointmentOverview> =>
  trx.selectFrom('appointment_overview').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
