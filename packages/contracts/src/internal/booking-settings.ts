import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';

/** POST /internal/doctors/cancel-notice (schedule service). */
export const CancelNotices = Type.Object({
  doctors: Type.Array(Type.Object({ doctorId: Id, minCancelNoticeMinutes: Type.Integer() })),
});
export type CancelNotices = Static<typeof CancelNotices>;
