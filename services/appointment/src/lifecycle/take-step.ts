import type { AppointmentStatus, AuditAction } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { inTransaction } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import { ownerColumn } from '../appointments/queries.ts';
import { type Step, statusAfter } from '../appointments/rules.ts';
import type { Actor } from '../audit/actor.ts';
import { recordAccess } from '../audit/record.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

type Trx = Transaction<AppointmentTables>;
export type Change = {
  status: AppointmentStatus;
  reason: string | null;
  by: 'patient' | 'doctor' | 'system';
};

/**
 * Takes one step with the caller's appointment, in one transaction with its history, its event and, where it
 * ends the hold, the release of its claim; and with the reading of its note, which the answer shows. Throws 404 when it is not theirs, 409 when the state forbids it.
 *
 * @param allow throws when something besides the status forbids the step.
 */
export function takeStep(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  id: string,
  step: { name: Step; reason: string | null },
  allow: (appointment: AppointmentOverview) => void = () => {},
): Promise<AppointmentOverview> {
  return inTransaction(db, async (trx) => {
    const current = await lockOwn(trx, actor, id);
    const status = statusAfter(step.name, current.status);
    if (!status)
      throw problem('invalid_transition', `An appointment that is ${current.status} cannot take this step`);
    allow(current);
    const change: Change = {
      status,
      reason: step.reason,
      by: actor.role === 'doctor' ? 'doctor' : 'patient',
    };
    if (current.status === 'requested') await cancelRequest(trx, current, change);
    else await changeAppointment(trx, current, change);
    if (current.note !== null) await recordNote(trx, actor, current, 'read');
    return readOverview(trx, id);
  });
}

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

/**
 * Locks what the status hangs on: the request's row in the waiting line, where the creator's decision excludes
 * this step, and the booked appointment. What is read afterwards stays true until the transaction ends.
 */
async function lockOwn(trx: Trx, caller: Caller, id: string): Promise<AppointmentOverview> {
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

const readOverview = (trx: Trx, id: string): Promise<AppointmentOverview> =>
  trx.selectFrom('appointment_overview').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

async function cancelRequest(trx: Trx, current: AppointmentOverview, change: Change): Promise<void> {
  await trx
    .deleteFrom('undecided_requests')
    .where('doctor_id', '=', current.doctor_id)
    .where('id', '=', current.id)
    .execute();
  const by = change.by === 'system' ? null : change.by;
  await trx
    .insertInto('closed_requests')
    .values({ id: current.id, outcome: 'cancelled', reason: change.reason, cancelled_by: by })
    .execute();
  await announce(trx, current, change.status);
  // The creator may have claimed the slot already; the release is remembered and also refuses a later claim.
  await enqueue(trx, 'claim_released', [current.id]);
}

const releasing: readonly AppointmentStatus[] = ['declined', 'cancelled', 'replaced'];

type Participants = Pick<AppointmentOverview, 'id' | 'patient_id' | 'doctor_id'>;

/** Changes a booked appointment's status, with history, event and release. The caller has locked the row. */
export async function changeAppointment(trx: Trx, current: Participants, change: Change): Promise<void> {
  const { status, reason, by } = change;
  await trx
    .updateTable('appointments')
    .set({
      status: status as Exclude<AppointmentStatus, 'requested' | 'rejected'>,
      status_reason: reason,
      ...(status === 'confirmed' ? { confirmed_at: sql<Date>`now()` } : {}),
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

const announce = (trx: Trx, { id, patient_id, doctor_id }: Participants, status: AppointmentStatus) =>
  trx.insertInto('pending_events').values({ appointment_id: id, patient_id, doctor_id, status }).execute();

const recordNote = (trx: Trx, actor: Actor, { id, patient_id }: Participants, action: AuditAction) =>
  recordAccess(trx, actor, {
    action,
    resource: { kind: 'note', id },
    appointmentId: id,
    patientId: patient_id,
  });

/** Replaces the note on the patient's own appointment, and records that; throws 404 when it is not theirs. */
export function annotate(
  db: Kysely<AppointmentTables>,
  actor: Actor,
  id: string,
  note: string | null,
): Promise<AppointmentOverview> {
  return inTransaction(db, async (trx) => {
    const before = await lockOwn(trx, actor, id);
    await trx.updateTable('booking_requests').set({ note }).where('id', '=', id).execute();
    const written = before.note !== null || note !== null;
    if (written) await recordNote(trx, actor, before, before.note === null ? 'create' : 'change');
    return readOverview(trx, id);
  });
}
