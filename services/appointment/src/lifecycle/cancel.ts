import type { Kysely } from 'kysely';
import { findOwn } from '../appointments/own.ts';
import { isTooLate } from '../appointments/rules.ts';
import type { Actor } from '../audit/actor.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';
import { tooLate } from './cancel-notice.ts';
import { takeStep } from './take-step.ts';

export type CancelDeps = {
  db: Kysely<AppointmentTables>;
  /** Minutes before the start until which the doctor lets patients cancel. */
  cancelNoticeMinutes: (doctorId: string) => Promise<number>;
  now: () => Temporal.Instant;
};

/**
 * Cancels the actor's appointment. A patient keeps the doctor's notice, except with a request that nobody decided yet.
 * Throws 404 when it is not theirs, 409 `invalid_transition` or `too_late`.
 */
export async function cancel(
  { db, cancelNoticeMinutes, now }: CancelDeps,
  actor: Actor,
  id: string,
  reason: string | null,
): Promise<AppointmentOverview> {
  const noticeMinutes =
    actor.role === 'patient' ? await cancelNoticeMinutes((await findOwn(db, actor, id)).doctor_id) : 0;
  return takeStep(db, actor, id, { name: 'cancel', reason }, ({ status, starts_at }) => {
    if (status !== 'requested' && isTooLate(starts_at, noticeMinutes, now())) throw tooLate(noticeMinutes);
  });
}
