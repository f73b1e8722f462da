import {
  type Bus,
  type Log,
  type MigrationSource,
  queryBuilder,
  type Routes,
  type ServiceClient,
  startRelay,
  wakeableLoop,
} from '@consulta/platform';
import type pg from 'pg';
import { doctorsToRecheck, recomputeAvailability } from './availability/recompute.ts';
import { healBookability, introducer, refreshBookability } from './bookability/doctors.ts';
import { releaseClaims } from './claims/queries.ts';
import { claimRoutes } from './claims/routes.ts';
import { rollSchedules } from './schedules/rolling.ts';
import { scheduleRoutes } from './schedules/routes.ts';
import { internalSettingsRoutes, settingsRoutes } from './settings/routes.ts';
import { internalSlotRoutes, slotRoutes } from './slots/routes.ts';
import type { Tables } from './tables.ts';

export const scheduleMigrations: MigrationSource = {
  room: 'schedule',
  folder: new URL('../migrations/', import.meta.url),
};

export type ScheduleService = {
  publicRoutes: Routes;
  internalRoutes: Routes;
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

export type ScheduleServiceDeps = {
  pool: pg.Pool;
  bus: Bus;
  log: Log;
  user: ServiceClient;
  now?: () => Temporal.Instant;
  config: {
    /** How many days of slots every weekly schedule has ready. */
    slotsAheadDays: number;
  };
};

/** The shortest time between two looks at who is available next, so that a storm of bookings shares one. */
const availabilitySpacingMs = 300;

/** Wires the schedule service; `start` begins its background work. */
export async function createScheduleService(deps: ScheduleServiceDeps): Promise<ScheduleService> {
  const { pool, bus, log, user } = deps;
  const db = queryBuilder<Tables>(pool);
  const now = deps.now ?? Temporal.Now.instant;
  const nowDate = () => new Date(now().epochMilliseconds);
  const clock = { now, slotsAheadDays: deps.config.slotsAheadDays };
  const introduceDoctor = introducer(db, user);
  const background: { stop: () => Promise<void> }[] = [];
  let wakeRelay = () => {};
  const afterCommit = () => wakeRelay();

  const publicRoutes: Routes = async (app) => {
    await app.register(scheduleRoutes({ db, clock, introduceDoctor, afterCommit }));
    await app.register(slotRoutes({ db, now: nowDate }));
    await app.register(settingsRoutes({ db, introduceDoctor, afterCommit }));
  };
  const internalRoutes: Routes = async (app) => {
    await app.register(internalSlotRoutes({ db, now: nowDate }));
    await app.register(internalSettingsRoutes({ db }));
    await app.register(claimRoutes({ pool, now, afterCommit }));
  };

  const start = async () => {
    const relay = startRelay({ pool, bus, log });
    wakeRelay = relay.wake;
    const recompute = async (doctorIds: string[]) => {
      await recomputeAvailability(db, nowDate(), doctorIds);
      afterCommit();
    };
    const recheck = async () => {
      const due = await doctorsToRecheck(db, nowDate());
      await recompute(due);
      return due.length > 0;
    };
    const heal = async () => {
      await healBookability(db, user);
      afterCommit();
      return false;
    };
    const roll = async () => {
      const more = await rollSchedules(db, clock, log);
      afterCommit();
      return more;
    };
    background.push(
      bus.subscribe('claim_released', { batchMax: 1000 }, async (messages) => {
        await releaseClaims(pool, keysOf(messages), now());
        afterCommit();
      }),
      bus.subscribe('doctor_bookability_changed', { batchMax: 500 }, async (messages) => {
        await refreshBookability(db, user, keysOf(messages));
        afterCommit();
      }),
      bus.subscribe(
        'availability_changed',
        { batchMax: 2000, spacingMs: availabilitySpacingMs },
        (messages) => recompute(keysOf(messages)),
      ),
      wakeableLoop({ name: 'passing first slots', idleMs: 5_000, round: recheck, log }),
      wakeableLoop({ name: 'bookability', idleMs: 600_000, round: heal, log }),
      wakeableLoop({ name: 'slots ahead', idleMs: 3_600_000, round: roll, log }),
      relay,
    );
  };
  const stop = async () => {
    for (const part of background.splice(0)) await part.stop();
  };
  return { publicRoutes, internalRoutes, start, stop };
}

const keysOf = (messages: { key: string }[]) => [...new Set(messages.map(({ key }) => key))];
