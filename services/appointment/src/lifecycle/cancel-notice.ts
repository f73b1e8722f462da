import type { CancelNotices } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform';
import type { Static } from 'typebox';

/** Reads from the schedule service how many minutes before the start a doctor's patients may still cancel. */
export const cancelNoticeLookup = (schedule: ServiceClient) => async (doctorId: string) => {
  const { doctors } = await schedule.call<Static<typeof CancelNotices>>(
    'POST',
    '/internal/doctors/cancel-notice',
    {
      ids: [doctorId],
    },
  );
  return doctors[0]?.minCancelNoticeMinutes ?? 0;
};
