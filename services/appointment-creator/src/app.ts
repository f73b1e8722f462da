import { decisionStore } from '@consulta/appointment/store';
import { channels } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import type { Bus, Fanout } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';
import { decideWaiting } from './deciding/decide.ts';
import { startSweep } from './deciding/sweep.ts';

/** Hints taken at once. Each says only that a line is not empty; every line is looked at. */
const hintsMax = 2000;

export type AppointmentCreator = { stop: () => Promise<void> };

/** Starts the worker that decides booking requests. Any number may run; a doctor's hints go to one at a time. */
export function startAppointmentCreator(deps: {
  pool: pg.Pool;
  bus: Bus;
  fanout: Fanout;
  schedule: ServiceClient;
  log: Log;
}): AppointmentCreator {
  const { bus, fanout, log, schedule } = deps;
  const store = decisionStore(deps.pool);
  const announce = (ids: string[]) => {
    fanout.publish(channels.appointmentsDecided, ids);
    fanout.publish(channels.eventsPending, null);
  };
  const subscription = bus.subscribe('booking_wake', { batchMax: hintsMax }, () =>
    decideWaiting({ store, schedule, announce, log }),
  );
  const sweep = startSweep({ store, bus, log });
  const stop = async () => {
    await sweep.stop();
    await subscription.stop();
  };
  return { stop };
}
