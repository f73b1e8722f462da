import { decisionStore } from '@consulta/appointment/store';
import { channels } from '@consulta/contracts';
import type { Service } from '@consulta/platform/hosting';
import type { ServiceClient } from '@consulta/platform/http/client';
import type { Bus, Fanout } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';
import { decideWaiting } from './deciding/decide.ts';
import { startSweep } from './deciding/sweep.ts';

/** Hints taken at once. Each says only that a line is not empty; every line is looked at. */
const hintsMax = 2000;

/** The worker that decides booking requests. Any number may run; a doctor's hints go to one at a time. */
export function createAppointmentCreator(deps: {
  pool: pg.Pool;
  bus: Bus;
  fanout: Fanout;
  schedule: ServiceClient;
  log: Log;
}): Service {
  const { bus, fanout, log, schedule } = deps;
  const store = decisionStore(deps.pool);
  const parts: { stop: () => Promise<void> }[] = [];
  const announce = (ids: string[]) => {
    fanout.publish(channels.appointmentsDecided, ids);
    fanout.publish(channels.eventsPending, null);
  };
  const start = async () => {
    const decide = () => decideWaiting({ store, schedule, announce, log });
    const subscription = bus.subscribe('booking_wake', { batchMax: hintsMax }, decide);
    parts.push(startSweep({ store, bus, log }), subscription);
  };
  const stop = async () => {
    for (const part of parts.splice(0)) await part.stop();
  };
  return { name: 'appointment creator', stopMs: 300, start, stop };
}
