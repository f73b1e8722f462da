import { decisionStore } from '@consulta/appointment/store';
import { channels, isUuid } from '@consulta/contracts';
import type { Service } from '@consulta/platform/hosting';
import type { ServiceClient } from '@consulta/platform/http/client';
import type { Bus, Fanout } from '@consulta/platform/messaging';
import type { Log, Metrics } from '@consulta/platform/process';
import type pg from 'pg';
import { decisionCounts } from './deciding/count-decisions.ts';
import { linesMax } from './deciding/decide.ts';
import { hintHandler } from './deciding/hints.ts';
import { startSweep } from './deciding/sweep.ts';

/** The shortest time between two looks at lines, so that under load few large chunks do the work of many. */
const spacingMs = 60;

/** The worker that decides booking requests. Any number may run: their hints share the doctors' lines between them. */
export function createAppointmentCreator(deps: {
  pool: pg.Pool;
  bus: Bus;
  fanout: Fanout;
  schedule: ServiceClient;
  log: Log;
  metrics: Metrics;
}): Service {
  const { pool, bus, fanout, log, schedule } = deps;
  const stopping = new AbortController();
  const parts: { stop: () => Promise<void> }[] = [];
  const announce = (ids: string[]) => {
    fanout.publish(channels.appointmentsDecided, ids);
    fanout.publish(channels.eventsPending, null);
  };
  const start = async () => {
    const counts = decisionCounts(deps.metrics);
    const store = decisionStore(pool);
    const deciding = { store, schedule, announce, counts, log, stopping: stopping.signal };
    const options = { batchMax: linesMax, spacingMs };
    const onHints = hintHandler(deciding);
    const subscription = bus.subscribe('booking_wake', options, (messages) =>
      onHints(messages.map(({ key }) => key).filter(isUuid)),
    );
    parts.push(startSweep({ ...deciding, pool }), subscription);
  };
  const stop = async () => {
    stopping.abort();
    await Promise.all(parts.splice(0).map((part) => part.stop()));
  };
  return { name: 'appointment creator', stopMs: 300, start, stop };
}
