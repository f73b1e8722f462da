import { maintenancePool, queryBuilder } from '@consulta/platform/database';
import type { Service } from '@consulta/platform/hosting';
import type { ServiceClient } from '@consulta/platform/http';
import { type Bus, startRelay, watchOutbox } from '@consulta/platform/messaging';
import type { Log, Metrics, OnStep } from '@consulta/platform/process';
import type pg from 'pg';
import { startAvailabilityWorker } from './availability/worker.ts';
import { startBookabilityWorker } from './bookability/worker.ts';
import { claimRoutes } from './claims/routes.ts';
import { startReleaseWorker } from './claims/worker.ts';
import { startRollingWorker } from './rolling/worker.ts';
import { closeSchedulesOf } from './schedules/close-all.ts';
import { scheduleRoutes } from './schedules/routes.ts';
import { settingsRoutes } from './settings/routes.ts';
import { openSlotRoutes, slotLookupRoutes } from './slots/routes.ts';
import type { Tables } from './tables.ts';
import { startWithdrawnWorker } from './withdrawn/worker.ts';

export type ScheduleServiceDeps = {
  pool: pg.Pool;
  bus: Bus;
  log: Log;
  metrics: Metrics;
  /** The user service's internal routes. */
  user: ServiceClient;
  now?: () => Temporal.Instant;
  /** Told of each step in closing what a doctor offered who left; for tests that end the process there. */
  onStep?: OnStep;
  config: {
    /** How far ahead slots are made; 90 or more. */
    slotsAheadDays: number;
    /** How many slots a doctor may have made in an hour; undefined for any number. */
    slotsPerHour: number | undefined;
  };
};

/** The schedule service over a migrated ScheduleDB: schedules, the slots made from them, and claims to slots. */
export async function createScheduleService(deps: ScheduleServiceDeps) {
  const { pool, log, user, now = Temporal.Now.instant, config } = deps;
  if (config.slotsAheadDays < 90) throw new Error('slotsAheadDays must be 90 or more');
  const db = queryBuilder<Tables>(pool);
  let running: Running | undefined;
  const wake = () => running?.wake();
  const { slotsAheadDays, slotsPerHour } = config;
  const closeSchedules = async (doctorId: string) => {
    await deps.onStep?.('offers of a doctor who left hidden');
    await closeSchedulesOf(db, doctorId, now());
    await deps.onStep?.('schedules of a doctor who left closed');
  };
  const shared = {
    pool,
    db,
    bus: deps.bus,
    log,
    metrics: deps.metrics,
    user,
    now,
    wake,
    slotsAheadDays,
    slotsPerHour,
    closeSchedules,
  };
  return {
    name: 'schedule service',
    stopMs: 300,
    publicRoutes: async (app) => {
      await app.register(scheduleRoutes(shared));
      await app.register(openSlotRoutes(shared));
      await app.register(settingsRoutes(shared));
    },
    internalRoutes: async (app) => {
      await app.register(claimRoutes(shared));
      await app.register(slotLookupRoutes(shared));
    },
    start: async () => {
      running ??= startWorkers(shared);
    },
    stop: async () => {
      await running?.stop();
      running = undefined;
    },
  } satisfies Service;
}

type Running = { wake: () => void; stop: () => Promise<void> };
type Shared = Parameters<typeof startAvailabilityWorker>[0] &
  Parameters<typeof startBookabilityWorker>[0] &
  Parameters<typeof startReleaseWorker>[0] &
  Parameters<typeof startRollingWorker>[0] & { metrics: Metrics };

/** The relay ends last, so that what the workers wrote at the end is still published. */
function startWorkers(shared: Shared): Running {
  const relay = startRelay(shared);
  const maintenance = maintenancePool(shared.pool);
  const unhurried = { ...shared, pool: maintenance, db: queryBuilder<Tables>(maintenance) };
  const workers = [
    startReleaseWorker(shared),
    startBookabilityWorker(shared),
    startAvailabilityWorker(shared),
    startRollingWorker(unhurried),
    startWithdrawnWorker(unhurried),
    watchOutbox(shared, 'schedules'),
  ];
  const stop = async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await relay.stop();
    await maintenance.end();
  };
  return { wake: relay.wake, stop };
}
