import type { AppointmentStatus } from '@consulta/contracts';
import type { AppointmentOverview, BookedStatus } from '../tables.ts';

/** What a person can do to an appointment after asking for it. */
export type Step = 'confirm' | 'decline' | 'start' | 'conclude' | 'no_show' | 'reopen' | 'cancel';

type Rule = { from: readonly AppointmentStatus[]; to: BookedStatus };

/** The contract's table of transitions; any step not in it is refused with `invalid_transition`. */
const rules: Record<Step, Rule> = {
  confirm: { from: ['awaiting_confirmation'], to: 'confirmed' },
  decline: { from: ['awaiting_confirmation'], to: 'declined' },
  start: { from: ['confirmed'], to: 'in_progress' },
  conclude: { from: ['in_progress'], to: 'concluded' },
  no_show: { from: ['confirmed'], to: 'no_show' },
  reopen: { from: ['in_progress', 'concluded', 'no_show'], to: 'confirmed' },
  cancel: { from: ['requested', 'awaiting_confirmation', 'confirmed'], to: 'cancelled' },
};

/** The status a step leads to from `status`, or undefined where it is not allowed. */
export const statusAfter = (step: Step, status: AppointmentStatus): BookedStatus | undefined =>
  rules[step].from.includes(status) ? rules[step].to : undefined;

type Due = Pick<AppointmentOverview, 'status' | 'starts_at' | 'cancel_notice_minutes'>;

/**
 * Until when the patient may give an appointment up, by cancelling or moving it; null in a status that forbids it. The
 * doctor's notice counts from the confirmation on: what nobody answered yet binds nobody.
 */
export function cancellableUntil({ status, starts_at, cancel_notice_minutes }: Due): Date | null {
  if (statusAfter('cancel', status) === undefined) return null;
  const noticeMs = status === 'confirmed' ? cancel_notice_minutes * 60_000 : 0;
  return new Date(starts_at.getTime() - noticeMs);
}

/** Whether it is too late for the patient to give an appointment up: inside the notice, or begun. */
export function isTooLate(appointment: Due, now: Temporal.Instant): boolean {
  const until = cancellableUntil(appointment);
  return until !== null && now.epochMilliseconds >= until.getTime();
}

/** Whether an appointment has begun by its time. */
export const hasBegun = ({ starts_at }: Pick<Due, 'starts_at'>, now: Temporal.Instant): boolean =>
  now.epochMilliseconds >= starts_at.getTime();

const reopenableHours = 24;

/** Whether a step taken at `at` can still be taken back. */
export const canTakeBack = (at: Date, now: Temporal.Instant): boolean =>
  now.epochMilliseconds - at.getTime() <= reopenableHours * 3_600_000;

/** Whether a patient may ask to put another appointment in the place of one with this status. */
export const isReplaceable = (status: AppointmentStatus): boolean =>
  status === 'awaiting_confirmation' || status === 'confirmed';
