import { details } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type IdempotencyKey, isFirstUse } from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import type { Kysely, Transaction } from 'kysely';
import { announce, type Change, changeAppointment } from '../appointments/change.ts';
import { recordNote } from '../appointments/notes.ts';
import { lockOwn, readOverview } from '../appointments/own.ts';
import { hasBegun, type Step, statusAfter } from '../appointments/rules.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentOverview, AppointmentTables, BookedStatus } from '../tables.ts';
import { assertInTime } from './giving-up.ts';
import { assertReopenable } from './reopening.ts';

type Trx = Transaction<AppointmentTables>;

/** A step; a reason goes with cancelling and declining. */
export type StepTaken = { name: Step; reason: string | null; key?: IdempotencyKey | undefined };

export type StepDeps = { db: Kysely<AppointmentTables>; now: () => Temporal.Instant };

/**
 * Takes one step with the actor's appointment, in one transaction with its history, its event and, where it ends the
 * hold, the release of its claim; and with the reading of its note, which the answer shows. Throws 404 when it is not
 * theirs, 409 `invalid_transition` when the state forbids it, `too_late` or `too_early` when the time does. A repeat of
 * its key answers the appointment as it is.
 */
export function takeStep(
  { db, now }: StepDeps,
  actor: Actor,
  id: string,
  step: StepTaken,
): Promise<AppointmentOverview> {
  return inTransaction(db, async (trx) => {
    const current = await lockOwn(trx, actor, id);
    if (await isFirstUse(trx, step.key, current.id)) {
      const status = await statusToBe(trx, { actor, current, step: step.name, now: now() });
      const by = actor.role === 'doctor' ? 'doctor' : 'patient';
      const change: Change = { status, reason: step.reason, by };
      await applyChange(trx, current, change);
    }
    if (current.note !== null) await recordNote(trx, actor, current, 'read');
    return readOverview(trx, id);
  });
}

type Attempt = { actor: Actor; current: AppointmentOverview; step: Step; now: Temporal.Instant };

/** The status that a step leads to; throws 409 where it is not allowed. */
async function statusToBe(trx: Trx, { actor, current, step, now }: Attempt): Promise<BookedStatus> {
  const status = statusAfter(step, current.status);
  if (!status) throw problem('invalid_transition', details.cannotStep(current.status));
  if (step === 'cancel' && actor.role === 'patient') assertInTime(current, now);
  if (step === 'no_show' && !hasBegun(current, now)) {
    throw problem('too_early', details.startsAt(current.starts_at.toISOString()));
  }
  if (step === 'reopen') await assertReopenable(trx, current.id, now);
  return status;
}

/** Changes an appointment that `lockOwn` has locked: one that nobody decided yet leaves the waiting line. */
export const applyChange = (trx: Trx, current: AppointmentOverview, change: Change): Promise<void> =>
  current.status === 'requested'
    ? cancelRequest(trx, current, change)
    : changeAppointment(trx, current, change);

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
