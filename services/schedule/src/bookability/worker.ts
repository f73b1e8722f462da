import { isUuid } from '@consulta/contracts';
import type { Bus } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { startChore } from '@consulta/platform/work';
import type pg from 'pg';
import { type BookabilityDeps, refreshAllBookability, refreshBookability } from './refresh.ts';

const hourMs = 3_600_000;

/** Follows which doctors may be booked: by message, and by asking about all of them now and every hour. */
export function startBookabilityWorker(deps: BookabilityDeps & { pool: pg.Pool; bus: Bus; log: Log }): {
  stop: () => Promise<void>;
} {
  const subscription = deps.bus.subscribe('doctor_bookability_changed', { batchMax: 500 }, (messages) =>
    refreshBookability(deps, messages.map(({ key }) => key).filter(isUuid)),
  );
  const heal = startChore({
    name: 'bookability of all doctors',
    pool: deps.pool,
    everyMs: hourMs,
    atStart: true,
    log: deps.log,
    work: async () => {
      await refreshAllBookability(deps);
      return false;
    },
  });
  const stop = async () => {
    await Promise.all([subscription.stop(), heal.stop()]);
  };
  return { stop };
}
