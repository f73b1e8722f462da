export * from './app.ts';
export { openHeadFiles, readHeadFiles } from './audit/head-files.ts';
export { parseTrailKey, trailKeyIn, trailKeyName } from './audit/trail-key.ts';
export { auditVerifyMain, parseNotedHead } from './audit/verify-command.ts';
export type { BookingCaps, BookingLimits } from './booking/caps.ts';
export {
  type Decided,
  type DecisionStore,
  decisionStore,
  type UndecidedRequest,
  type Verdict,
} from './booking/decision-store.ts';
export { decidedChannel } from './booking/waiters.ts';
export { reconcileClaims } from './claims/reconciler.ts';
export { pendingChannel } from './events/sequencer.ts';
export { countReviews, ratingsAfter } from './feedback/review-store.ts';
export { assertNoKeysNeeded } from './files/key-rotation.ts';
export { anyShares, personalShares } from './shares.ts';
