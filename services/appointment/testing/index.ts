/*
 * For tests and benchmarks: sample files, an application with chosen routes, and the trail's own parts.
 */
export { startChaining } from '../src/audit/chaining-loop.ts';
export { extendChain, type Trail } from '../src/audit/extend-chain.ts';
export { trailKeyIn } from '../src/audit/trail-key.ts';
export { verifyAudit } from '../src/audit/verify.ts';
export { fileOpener } from '../src/documents/files/open-file.ts';
export { fileRoutes } from '../src/documents/files/routes.ts';
export * from './bombs.ts';
export * from './documents-app.ts';
export * from './samples.ts';
