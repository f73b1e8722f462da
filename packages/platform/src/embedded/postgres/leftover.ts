import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';
import { readIfThere } from '../durable-files.ts';
import { type FactsOf, factsOn, isSameFolder, type ProcessFacts } from './process-facts.ts';

/** How long a leftover may take to end in order, then to end at once; after that it is killed. */
const defaultPatienceMs = { SIGINT: 10_000, SIGQUIT: 2_000, SIGKILL: 5_000 };
/** A start's time is known to a second, and the server writes its own down a moment later. */
const startToleranceMs = 2_000;

/**
 * Stops the server that a killed process left behind on the data folder. The number in its pid file may meanwhile
 * be another process's: signalled is only what is a PostgreSQL server, works on this very folder and had started
 * when the file was written.
 */
export async function stopLeftover(
  data: string,
  log: Log,
  factsOf: FactsOf = factsOn(process.platform),
  patienceMs = defaultPatienceMs,
): Promise<void> {
  const found = await leftoverOn(data, factsOf);
  if (!found) return;
  const { pid, facts } = found;
  const lives = async () => isSame(facts, await factsOf(pid));
  log.warn({ pid }, 'a PostgreSQL was left behind on this data folder; stopping it');
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await lives())) return;
    sendSignal(pid, signal);
    const deadline = performance.now() + patienceMs[signal];
    while (performance.now() < deadline && (await lives())) await sleep(25);
  }
}

/** The living server that the pid file in the data folder is about. */
async function leftoverOn(
  data: string,
  factsOf: FactsOf,
): Promise<{ pid: number; facts: ProcessFacts } | undefined> {
  const [pidLine, , startLine] = ((await readIfThere(join(data, 'postmaster.pid'))) ?? '').split('\n');
  const [pid, startSeconds] = [Number(pidLine), Number(startLine)];
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return undefined;
  const facts = await factsOf(pid);
  if (!facts || !/^postgres(\.exe)?$/.test(facts.program)) return undefined;
  if (!(facts.startedAtMs <= startSeconds * 1000 + startToleranceMs)) return undefined;
  return (await isSameFolder(facts.folder, data)) ? { pid, facts } : undefined;
}

const isSame = (then: ProcessFacts, now: ProcessFacts | undefined) =>
  now?.program === then.program && Math.abs(now.startedAtMs - then.startedAtMs) <= startToleranceMs;

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    throw error;
  }
}
