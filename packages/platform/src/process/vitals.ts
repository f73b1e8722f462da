/*
 * What a process counts of itself while it works, and is asked for its metrics: plain numbers, so that counting costs
 * next to nothing. Loops, pools and batches are the process's own, as its memory is. So they are noted here rather than
 * handed through every function: one that is opened anywhere is seen, and cannot be forgotten.
 */

/** A background loop. */
export type LoopVitals = {
  readonly name: string;
  /** How long it rests at most between two rounds, in milliseconds. */
  readonly idleMs: number;
  /** When its last good round ended, or it began; Unix milliseconds. */
  goodAtMs: number;
  failures: number;
};

/** A pool of connections. */
export type PoolVitals = {
  readonly name: string;
  readonly connectionsMax: number;
  /** Connections in use, and callers that wait for one, now. */
  used: () => number;
  waiting: () => number;
  /** Callers that found no free connection, and how long they waited, all together. */
  waits: number;
  waitedMs: number;
};

/** What gathers callers into batches; those of one name count together. */
export type BatchVitals = { waiting: number; refused: number };

const loops = new Set<LoopVitals>();
const pools = new Set<PoolVitals>();
const batches = new Map<string, BatchVitals>();

/** All that is noted of this process, to be read. */
export const vitals: {
  readonly loops: ReadonlySet<LoopVitals>;
  readonly pools: ReadonlySet<PoolVitals>;
  readonly batches: ReadonlyMap<string, BatchVitals>;
} = { loops, pools, batches };

/** Notes a loop that begins; `ended` takes it out. */
export function noteLoop({ name, idleMs }: { name: string; idleMs: number }) {
  const loop: LoopVitals = { name, idleMs, goodAtMs: Date.now(), failures: 0 };
  loops.add(loop);
  return {
    succeeded: () => {
      loop.goodAtMs = Date.now();
    },
    failed: () => {
      loop.failures += 1;
    },
    ended: () => loops.delete(loop),
  };
}

/** Notes a pool that opens; answers how to take it out. */
export function notePool(pool: PoolVitals): () => void {
  pools.add(pool);
  return () => pools.delete(pool);
}

/** What batches of that name count. */
export function batchVitals(name: string): BatchVitals {
  const batch = batches.get(name) ?? { waiting: 0, refused: 0 };
  batches.set(name, batch);
  return batch;
}
