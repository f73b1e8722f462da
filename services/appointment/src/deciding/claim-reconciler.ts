import { claimCalls } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import type { Log } from '@consulta/platform/process';
import { startChore, type WakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import type { DecisionStore } from './decision-store.ts';

const everyMs = 60_000;
const pageSize = 1000;

/**
 * Frees claims that no live appointment stands behind. None is expected: the release event does the work.
 * Each one found is a fault worth an alert, so the number is logged and handed to `report`.
 */
export function startClaimReconciler(deps: {
  pool: pg.Pool;
  schedule: ServiceClient;
  store: DecisionStore;
  log: Log;
  report: (found: number) => void;
}): WakeableLoop {
  const work = async () => {
    deps.report(await reconcileClaims(deps.schedule, deps.store, deps.log));
    return false;
  };
  return startChore({ name: 'claim reconciler', pool: deps.pool, everyMs, work, log: deps.log });
}

/** One pass over all claims; answers how many stray ones it freed. */
export async function reconcileClaims(
  schedule: ServiceClient,
  store: DecisionStore,
  log: Log,
): Promise<number> {
  let found = 0;
  let after: string | undefined;
  for (;;) {
    const page = await schedule.call(claimCalls.list, { limit: pageSize, ...(after && { after }) });
    const strays = await store.findClosed(page.claims.map(({ appointmentId }) => appointmentId));
    if (strays.length > 0) {
      await schedule.call(claimCalls.release, { appointmentIds: strays });
      log.warn(
        { appointmentIds: strays.slice(0, 20), count: strays.length },
        'claims without a live appointment',
      );
    }
    found += strays.length;
    if (!page.nextAfter) return found;
    after = page.nextAfter;
  }
}
