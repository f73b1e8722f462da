import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the messages of a fan-out arrive, or no longer do. */
export async function arriving(fanout: { isAway: () => boolean }, arrive = true): Promise<void> {
  while (fanout.isAway() === arrive) await sleep(10);
}
