import { randomUUIDv7 } from 'node:crypto';
import type { DecisionStore } from '@consulta/appointment/store';
import type { Bus } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { type WakeableLoop, wakeableLoop } from '@consulta/platform/work';

const waitingTooLongSeconds = 2;

/**
 * Wakes again, at start and every second, the doctors whose requests have waited too long: their hint was lost
 * with a process, or came while the slot's holder was undecided.
 */
export function startSweep(deps: { store: DecisionStore; bus: Bus; log: Log }): WakeableLoop {
  const round = async () => {
    const doctorIds = await deps.store.doctorsWaiting(waitingTooLongSeconds);
    await deps.bus.publish(
      'booking_wake',
      doctorIds.map((key) => ({ id: randomUUIDv7(), key })),
    );
    return false;
  };
  return wakeableLoop({ name: 'waiting requests', idleMs: 1_000, round, log: deps.log });
}
