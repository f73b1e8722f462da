import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { internalCall } from './call.ts';
import { LookupByIds } from './lookup.ts';

export const CancelNotices = Type.Object({
  doctors: Type.Array(Type.Object({ doctorId: Id, minCancelNoticeMinutes: Type.Integer() })),
});
export type CancelNotices = Static<typeof CancelNotices>;

/** What the schedule service answers about doctors' settings. */
export const bookingSettingsCalls = {
  /** How long before the start a doctor's patients may still cancel. */
  cancelNotice: internalCall('POST', '/internal/doctors/cancel-notice', {
    asked: LookupByIds,
    answer: CancelNotices,
  }),
};
