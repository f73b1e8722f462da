export * from './app.ts';
export { type HeadStore, openHeadFiles } from './audit/head-store.ts';
export { auditVerifyMain } from './audit/verify-command.ts';
export {
  type Decided,
  type DecisionStore,
  decisionStore,
  type UndecidedRequest,
  type Verdict,
} from './booking/decision-store.ts';
export { openRequestsMaxDefault } from './booking/open-requests.ts';
export { decidedChannel } from './booking/waiters.ts';
export { reconcileClaims } from './claims/reconciler.ts';
export { pendingChannel } from './events/sequencer.ts';
export { countReviews, ratingsAfter } from './feedback/review-store.ts';
