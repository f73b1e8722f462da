import { isUuid } from '@consulta/contracts';
import type { Bus } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { wakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { refreshAvailability, refreshDueAvailability } from './refresh.ts';

const doctorsPerBatch = 1000;
/** In a storm of bookings a doctor's first slot changes many times a second; the directory follows at this pace. */
const spacingMs = 500;
const recheckEveryMs = 1000;

type Deps = { pool: pg.Pool; bus: Bus; log: Log; now: () => Temporal.Instant; wake: () => void };

/**
 * Keeps each doctor's first open slot: when it is announced that slots or claims changed, and when time passes
 * it by. Hints about one doctor that arrive between two batches become one.
 */
export function startAvailabilityWorker(deps: Deps): { stop: () => Promise<void> } {
  const subscription = deps.bus.subscribe(
    'availability_changed',
    { batchMax: doctorsPerBatch, spacingMs },
    async (messages) => {
      const doctorIds = messages.map(({ key }) => key).filter(isUuid);
      await refreshAvailability(deps.pool, doctorIds, deps.now());
      deps.wake();
    },
  );
  const rechecks = wakeableLoop({
    name: 'availability recheck',
    idleMs: recheckEveryMs,
    log: deps.log,
    round: async () => {
      const count = await refreshDueAvailability(deps.pool, doctorsPerBatch, deps.now());
      if (count > 0) deps.wake();
      return count === doctorsPerBatch;
    },
  });
  const stop = async () => {
    await Promise.all([subscription.stop(), rechecks.stop()]);
  };
  return { stop };
}
