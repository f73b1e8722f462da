import type { BlobStore } from '@consulta/platform/blobs';
import type { Log } from '@consulta/platform/process';
import { startChore, type WakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';

const batchMax = 500;
/** To go through all that is stored takes long, and costs money where each page of a listing does. */
const dayMs = 86_400_000;

/**
 * Removes, once a day, blobs without a row and what uploads that died left unfinished. What is younger
 * than `graceMs` (an hour unless said) is left alone: its row may be about to be committed.
 */
export const startBlobSweeper = (deps: {
  pool: pg.Pool;
  blobs: BlobStore;
  log: Log;
  graceMs?: number;
  /** The clock blobs are aged by, in Unix ms; the machine's unless said. */
  nowMs?: () => number;
}): WakeableLoop =>
  startChore({
    name: 'blob sweeper',
    pool: deps.pool,
    everyMs: dayMs,
    work: async () => {
      const swept = await sweepBlobs(
        deps.pool,
        deps.blobs,
        (deps.nowMs ?? Date.now)() - (deps.graceMs ?? 3_600_000),
      );
      if (swept.orphans + swept.unfinished > 0) deps.log.info(swept, 'swept up left-over blobs');
      return false;
    },
    log: deps.log,
  });

/** One sweep over everything stored before the instant (Unix ms); answers what it removed. */
export async function sweepBlobs(
  pool: pg.Pool,
  blobs: BlobStore,
  beforeMs: number,
): Promise<{ orphans: number; unfinished: number }> {
  let orphans = 0;
  let batch: string[] = [];
  for await (const key of blobs.keysBefore(beforeMs)) {
    batch.push(key);
    if (batch.length < batchMax) continue;
    orphans += await removeOrphans(pool, blobs, batch);
    batch = [];
  }
  orphans += await removeOrphans(pool, blobs, batch);
  return { orphans, unfinished: await blobs.removeUnfinished(beforeMs) };
}

async function removeOrphans(pool: pg.Pool, blobs: BlobStore, keys: string[]): Promise<number> {
  if (keys.length === 0) return 0;
  const { rows } = await pool.query<{ storage_key: string }>(
    'SELECT storage_key FROM files WHERE storage_key = ANY($1)',
    [keys],
  );
  const known = new Set(rows.map((row) => row.storage_key));
  const orphans = keys.filter((key) => !known.has(key));
  for (const key of orphans) await blobs.delete(key);
  return orphans.length;
}
