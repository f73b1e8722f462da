export * from './app.ts';
export { openHeadFiles, readHeadFiles } from './audit/head-files.ts';
export { parseTrailKey, trailKeyIn, trailKeyName } from './audit/trail-key.ts';
export { auditVerifyMain, parseNotedHead } from './audit/verify-command.ts';
export type { BookingCaps, BookingLimits } from './booking/caps.ts';
export { decidedChannel } from './booking/waiters.ts';
export { reconcileClaims } from './deciding/claim-reconciler.ts';
export {
  type Decided,
  type DecisionStore,
  decisionStore,
  type UndecidedRequest,
  type Verdict,
} from './deciding/decision-store.ts';
export { assertNoKeysNeeded } from './documents/key-rotation.ts';
export { pendingChannel } from './events/sequencer.ts';
export { countReviews, ratingsAfter } from './feedback/review-store.ts';
export { anyShares, personalShares } from './shares.ts';
