import type { AppointmentStatus } from '@consulta/contracts';
import type { BookedStatus } from '../tables.ts';

/** What a person can do to an appointment after asking for it. */
export type Step = 'confirm' | 'decline' | 'start' | 'conclude' | 'no_show' | 'cancel';

type Rule = { from: readonly AppointmentStatus[]; to: BookedStatus };

/** The contract's table of transitions; any step not in it is refused with `invalid_transition`. */
const rules: Record<Step, Rule> = {
  confirm: { from: ['awaiting_confirmation'], to: 'confirmed' },
  decline: { from: ['awaiting_confirmation'], to: 'declined' },
  start: { from: ['confirmed'], to: 'in_progress' },
  conclude: { from: ['in_progress'], to: 'concluded' },
  no_show: { from: ['confirmed'], to: 'no_show' },
  cancel: { from: ['requested', 'awaiting_confirmation', 'confirmed'], to: 'cancelled' },
};

/** The status a step leads to from `status`, or undefined where it is not allowed. */
export const statusAfter = (step: Step, status: AppointmentStatus): BookedStatus | undefined =>
  rules[step].from.includes(status) ? rules[step].to : undefined;

/** Whether an appointment that starts at `startsAt` is inside the notice the doctor asks for cancelling. */
export const isTooLate = (startsAt: Date, noticeMinutes: number, now: Temporal.Instant): boolean =>
  noticeMinutes > 0 && startsAt.getTime() - now.epochMilliseconds < noticeMinutes * 60_000;

/** Whether a patient may ask to put another appointment in the place of one with this status. */
export const isReplaceable = (status: AppointmentStatus): boolean =>
  status === 'awaiting_confirmation' || status === 'confirmed';
