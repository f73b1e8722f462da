import type { Log } from '../process/log.ts';
import { noteLoop } from '../process/vitals.ts';

export type WakeableLoop = {
  /** Asks for a round now; a round under way is followed by another. */
  wake: () => void;
  /** Ends the loop after the round under way. */
  stop: () => Promise<void>;
};

/**
 * Repeats `round` whenever woken and at least every `idleMs`. A round that answers true (there is more) is
 * followed by the next at once; one that throws is logged and retried after a pause that doubles up to 5 s.
 */
export function wakeableLoop(options: {
  name: string;
  idleMs: number;
  /** The shortest time between the starts of two rounds, so that bursts gather. */
  spacingMs?: number | (() => number);
  round: () => Promise<boolean>;
  log: Log;
}): WakeableLoop {
  const { spacingMs = 0 } = options;
  const spacing = typeof spacingMs === 'number' ? () => spacingMs : spacingMs;
  let stopped = false;
  let woken = true;
  let interrupt = () => {};
  let failures = 0;
  const noted = noteLoop(options);

  const pause = (ms: number, wakeEnds: boolean) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      interrupt = () => {
        if (!wakeEnds && !stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (!stopped) {
      woken = false;
      const startedMs = performance.now();
      try {
        if (await options.round()) woken = true;
        noted.succeeded();
        failures = 0;
      } catch (error) {
        failures += 1;
        noted.failed();
        options.log.error({ err: error, loop: options.name }, 'a round failed; it is tried again');
        if (!stopped) await pause(Math.min(5_000, 50 * 2 ** failures) * (0.5 + Math.random() / 2), false);
        woken = true;
      }
      if (stopped) return;
      const spareMs = spacing() - (performance.now() - startedMs);
      if (woken && spareMs > 0) await pause(spareMs, false);
      if (!woken && !stopped) await pause(options.idleMs, true);
    }
  };
  const finished = run();

  return {
    wake: () => {
      woken = true;
      interrupt();
    },
    stop: async () => {
      stopped = true;
      interrupt();
      await finished;
      noted.ended();
    },
  };
}
