import { details } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import type { Kysely, Transaction } from 'kysely';
import { announce, type Change, changeAppointment } from '../appointments/change.ts';
import { recordNote } from '../appointments/notes.ts';
import { lockOwn, readOverview } from '../appointments/own.ts';
import { type Step, statusAfter } from '../appointments/rules.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

type Trx = Transaction<AppointmentTables>;

/**
 * Takes one step with the actor's appointment, in one transaction with its history, its event and, where it ends the
 * hold, the release of its claim; and with the reading of its note, which the answer shows. Throws 404 when it is not
 * theirs, 409 when the state forbids it.
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
    if (!status) {
      throw problem('invalid_transition', details.cannotStep(current.status));
    }
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
