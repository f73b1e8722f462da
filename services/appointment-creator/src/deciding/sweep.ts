import { startChore, type WakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { type DecideDeps, decideLines, linesMax } from './decide.ts';

const waitingTooLongSeconds = 2;
const everyMs = 1_000;

/**
 * Decides, in one process at a time and every second, what has waited too long: its hint was lost with a process or a
 * queue, or came while its slot's holder was undecided or the schedule service away. So no decision needs the queue, it
 * only comes later without it.
 */
export function startSweep(deps: DecideDeps & { pool: pg.Pool }): WakeableLoop {
  const { pool, store, log } = deps;
  const waiting = () => store.doctorsWaiting(waitingTooLongSeconds);
  const work = async (signal: AbortSignal) => {
    const doctorIds = await waiting();
    deps.counts.swept(doctorIds.length);
    for (let from = 0; from < doctorIds.length && !signal.aborted; from += linesMax) {
      await decideLines(deps, doctorIds.slice(from, from + linesMax));
    }
    return false;
  };
  const isNeeded = async () => (await waiting()).length > 0;
  return startChore({ name: 'waiting requests', pool, everyMs, isNeeded, work, log });
}
