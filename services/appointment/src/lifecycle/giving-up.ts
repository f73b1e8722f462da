import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import { hasBegun, isReplaceable, isTooLate } from '../appointments/rules.ts';
import type { AppointmentOverview } from '../tables.ts';

/** Throws 409 `too_late` unless the patient may still give the appointment up. */
export function assertInTime(appointment: AppointmentOverview, now: Temporal.Instant): void {
  if (!isTooLate(appointment, now)) return;
  if (hasBegun(appointment, now)) throw problem('too_late', details.hasBegun);
  throw problem('too_late', details.noticeAsked(appointment.cancel_notice_minutes));
}

/**
 * Throws 409 unless the patient may give an appointment up for another. Moving away amounts to cancelling, so the same
 * notice counts.
 */
export const replaceableAt =
  (now: () => Temporal.Instant) =>
  (original: AppointmentOverview): void => {
    if (!isReplaceable(original.status)) {
      throw problem('invalid_transition', details.cannotReschedule(original.status));
    }
    assertInTime(original, now());
  };
