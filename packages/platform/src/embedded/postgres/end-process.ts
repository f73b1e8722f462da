import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How long a server may take to end connections and write everything down; then to end without that. */
const fastMs = 2_500;
const immediateMs = 500;

/**
 * Ends a PostgreSQL server within about 3 s: in order, else at once (the next start recovers from its log), else,
 * where it is frozen, by killing it and its children. Resolves when it has ended.
 */
export async function endServer(child: ChildProcess): Promise<void> {
  const exited = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  child.ref();
  child.kill('SIGINT');
  const immediate = setTimeout(() => child.kill('SIGQUIT'), fastMs);
  const forced = setTimeout(() => killWithChildren(child.pid), fastMs + immediateMs);
  await exited;
  clearTimeout(immediate);
  clearTimeout(forced);
}

/** Backends are in sessions of their own, and frozen ones do not notice that their postmaster is gone. */
function killWithChildren(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** Ends a program with this process, where that ends without stopping it in order. */
export function endWithProcess(child: ChildProcess): ChildProcess {
  const end = () => child.kill('SIGQUIT');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}
