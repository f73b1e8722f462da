export { startChore } from './chore.ts';
export { microBatch } from './micro-batch.ts';
export { createShares, type Shares } from './shares.ts';
export { type Turns, turns } from './turns.ts';
export { type WakeableLoop, wakeableLoop } from './wakeable-loop.ts';
