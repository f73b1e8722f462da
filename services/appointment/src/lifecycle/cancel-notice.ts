import { bookingSettingsCalls, details } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { isReplaceable, isTooLate } from '../appointments/rules.ts';
import type { AppointmentOverview } from '../tables.ts';

/** Reads from the schedule service how many minutes before the start a doctor's patients may still cancel. */
export const cancelNoticeLookup = (schedule: ServiceClient) => async (doctorId: string) => {
  const { doctors } = await schedule.call(bookingSettingsCalls.cancelNotice, { ids: [doctorId] });
  return doctors[0]?.minCancelNoticeMinutes ?? 0;
};

/** The refusal of a step that comes inside the doctor's notice. */
export const tooLate = (noticeMinutes: number) => problem('too_late', details.noticeAsked(noticeMinutes));

/**
 * Throws 409 unless the patient may give an appointment up for another. The doctor's notice counts as it does for
 * cancelling, which moving away amounts to.
 */
export const replaceableBy =
  (cancelNoticeMinutes: (doctorId: string) => Promise<number>, now: () => Temporal.Instant) =>
  async (original: AppointmentOverview): Promise<void> => {
    if (!isReplaceable(original.status)) {
      throw problem('invalid_transition', details.cannotReschedule(original.status));
    }
    const noticeMinutes = await cancelNoticeMinutes(original.doctor_id);
    if (isTooLate(original.starts_at, noticeMinutes, now())) throw tooLate(noticeMinutes);
  };
