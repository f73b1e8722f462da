/*
 * AppointmentDB as the appointment-creator sees it, and the channels it tells of its decisions on. What the
 * review-processor sees is `./store/reviews`: a worker loads no more than it needs.
 */
export { type DecisionStore, decisionStore } from './deciding/decision-store.ts';
export type { Decided, UndecidedRequest, Verdict } from './deciding/verdicts.ts';
