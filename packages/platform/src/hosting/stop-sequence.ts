import type { Log } from '../process/log.ts';

export type StopSequence = {
  /**
   * Registers how a part that was just started is stopped. Throws when everything is being stopped already: then
   * the part is stopped with the others and the start goes no further.
   *
   * @param shareMs the part's share of the time that stopping may take
   */
  add: (part: string, shareMs: number, stop: () => unknown) => void;
  /**
   * Stops every part, in the order opposite to the start. One that takes longer than its share, and what earlier
   * ones left of theirs, is left behind, so that it never keeps a later one from stopping. Resolves with the parts
   * that did not stop in time or failed to.
   */
  stop: () => Promise<string[]>;
};

type Step = { part: string; shareMs: number; stop: () => unknown };

/** What has been started and how it ends: whatever happens, PostgreSQL, which was started first, is stopped. */
export function stopSequence(log: Log): StopSequence {
  const steps: Step[] = [];
  const unfinished: string[] = [];
  let stopping: Promise<string[]> | undefined;

  const run = async () => {
    let deadlineMs = performance.now();
    for (let step = steps.pop(); step; step = steps.pop()) {
      deadlineMs += step.shareMs;
      if (!(await finishes(step, deadlineMs - performance.now(), log))) unfinished.push(step.part);
    }
    return unfinished;
  };
  return {
    add: (part, shareMs, stop) => {
      steps.push({ part, shareMs, stop });
      if (!stopping) return;
      stopping = stopping.then(run);
      throw new Error(`${part} was started while everything is being stopped`);
    },
    stop: () => {
      stopping ??= run();
      return stopping;
    },
  };
}

/** Whether the part stopped without an error in this time. */
async function finishes({ part, stop }: Step, withinMs: number, log: Log): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<'too long'>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, withinMs), 'too long');
  });
  try {
    const outcome = await Promise.race([stop(), tooLong]);
    if (outcome === 'too long') log.warn({ part }, 'a part did not stop in time; the others are stopped');
    return outcome !== 'too long';
  } catch (error) {
    log.warn({ err: error, part }, 'a part failed to stop; the others are stopped');
    return false;
  } finally {
    clearTimeout(timer);
  }
}
