export * from './app.ts';
export { openHeadFiles, readHeadFiles } from './audit/head-files.ts';
export { parseTrailKey, trailKeyIn, trailKeyName } from './audit/trail-key.ts';
export { auditVerifyMain, parseNotedHead } from './audit/verify-command.ts';
export type { BookingCaps, BookingLimits } from './booking/limits.ts';
export { reconcileClaims } from './deciding/claim-reconciler.ts';
export { assertNoKeysNeeded } from './documents/key-rotation.ts';
export { anyShares, personalShares } from './shares.ts';
