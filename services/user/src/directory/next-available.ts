import { slotCalls } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import type { Bus, Subscription } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import { startChore, type WakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { doctorsToAskAbout, readClock } from './queries.ts';
import { storeNextAvailable } from './store-next-available.ts';

type Deps = { pool: pg.Pool; schedule: ServiceClient; log: Log };

/** Asks the schedule service about doctors' first open slots and stores the answers for searches. */
export async function askNextAvailable({ pool, schedule }: Deps, doctorIds: string[]): Promise<void> {
  if (doctorIds.length === 0) return;
  const askedAt = await readClock(pool);
  const { doctors } = await schedule.call(slotCalls.nextAvailable, { ids: doctorIds });
  await storeNextAvailable(pool, doctors, askedAt);
}

/** Changes of one doctor that follow each other within this time are stored once: they coalesce in the queue. */
const spacingMs = 500;

/** Follows the changes that the schedule service announces. */
export const followNextAvailable = (deps: Deps & { bus: Bus }): Subscription =>
  deps.bus.subscribe('next_available_changed', { batchMax: 500, spacingMs }, (messages) =>
    askNextAvailable(deps, [...new Set(messages.map(({ key }) => key))]),
  );

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

const batchSize = 1_000;
const batchSpacingMs = 1_000;
const sweepEveryMs = 180_000;

/**
 * Asks, at the start and every few minutes, about doctors whose known next free time has passed or who have
 * none, a batch a second: so a lost message heals. One process at a time does this.
 */
export function startNextAvailableSweep(deps: Deps): WakeableLoop {
  const { pool, log } = deps;
  const work = async (signal: AbortSignal) => {
    let after: string | null = null;
    do {
      const doctorIds: string[] = await doctorsToAskAbout(pool, after, batchSize);
      await askNextAvailable(deps, doctorIds);
      after = doctorIds.length === batchSize ? (doctorIds.at(-1) ?? null) : null;
      if (after !== null) await pause(batchSpacingMs, signal);
    } while (after !== null && !signal.aborted);
    return false;
  };
  return startChore({ name: 'next available sweep', pool, everyMs: sweepEveryMs, atStart: true, work, log });
}
