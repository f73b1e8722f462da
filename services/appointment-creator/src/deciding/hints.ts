import { setTimeout as sleep } from 'node:timers/promises';
import { type DecideDeps, decideLines, isTransient } from './decide.ts';

/** Between attempts while a dependency is away. */
const pauseMs = 1_000;

/**
 * Follows hints: decides the lines of the doctors named. What cannot be decided because the databases or the schedule
 * service are away is left to the sweep, and its hints are used up, so that none of them ends in the dead letters.
 */
export function hintHandler(deps: DecideDeps): (doctorIds: string[]) => Promise<void> {
  const { log, stopping } = deps;
  return async (doctorIds) => {
    try {
      await decideLines(deps, [...new Set(doctorIds)]);
    } catch (error) {
      if (!isTransient(error)) throw error;
      log.warn({ err: error }, 'requests cannot be decided now; they are when what is away is back');
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
    }
  };
}
