export { microBatch } from './micro-batch.ts';
export { createShares, type Shares } from './shares.ts';
export { turns } from './turns.ts';
export { type WakeableLoop, wakeableLoop } from './wakeable-loop.ts';
