import { setTimeout as sleep } from 'node:timers/promises';
import type { Words } from '@consulta/contracts/words';
import type { Readiness } from '../hosting/readiness.ts';
import type { Log } from '../process/log.ts';

const everyMs = 500;
const toldEvery = 120;

/**
 * Tries it until it succeeds; until then the process is not ready, and says why.
 *
 * @param reasonOf what a failure means that may pass, in words; undefined for one that ends the start. Asked without an
 * error for what is waited for at first.
 */
export async function until<Made>(
  reasonOf: (error?: unknown) => Words | undefined,
  attempt: () => Promise<Made>,
  { readiness, log }: { readiness: Readiness; log: Log },
): Promise<Made> {
  const first = reasonOf();
  if (first) readiness.waitsFor(first);
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason) throw error;
      readiness.waitsFor(reason);
      if (tries % toldEvery === 0) log.warn({ err: error }, `the start waits: ${reason.en}`);
    }
    await sleep(everyMs);
  }
}
