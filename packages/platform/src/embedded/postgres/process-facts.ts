import { execFile } from 'node:child_process';
import { readFile, readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

/** What tells one process from another that has its number later. */
export type ProcessFacts = {
  /** The program's file name. */
  program: string;
  /** The folder a PostgreSQL server works on, by any of its paths. */
  folder: string;
  /** In milliseconds since 1970, to about a second. */
  startedAtMs: number;
};

/** Finds out about a living process; undefined when there is none, or none that can be a PostgreSQL server. */
export type FactsOf = (pid: number) => Promise<ProcessFacts | undefined>;

/** How it is found out on this platform. */
export const factsOn = (platform: NodeJS.Platform): FactsOf =>
  platform === 'linux' ? (pid) => factsFromProc(pid) : (pid) => factsFromPs(pid);

const ticksPerSecond = 100;

/**
 * From Linux' /proc. A server's working folder is its data folder; unlike an argument it stays the same folder
 * when that is moved, and through whatever mount it is seen.
 */
export async function factsFromProc(pid: number, proc = '/proc'): Promise<ProcessFacts | undefined> {
  try {
    const [executable, text, system] = await Promise.all([
      readlink(`${proc}/${pid}/exe`),
      readFile(`${proc}/${pid}/stat`, 'utf8'),
      readFile(`${proc}/stat`, 'utf8'),
    ]);
    // The name in parentheses may hold spaces; the 20th field after it is the start, in ticks since the boot.
    const ticks = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
    const bootSeconds = Number(/^btime (\d+)$/m.exec(system)?.[1]);
    return {
      // An update has removed the file of a server that is left from before it.
      program: basename(executable).replace(/ \(deleted\)$/, ''),
      folder: `${proc}/${pid}/cwd`,
      startedAtMs: (bootSeconds + ticks / ticksPerSecond) * 1000,
    };
  } catch {
    return undefined;
  }
}

type Run = (program: string, args: string[]) => Promise<{ stdout: string }>;

/** From `ps`, with what macOS' and the BSDs' has in common with Linux'. */
export async function factsFromPs(
  pid: number,
  run: Run = promisify(execFile),
  nowMs = Date.now(),
): Promise<ProcessFacts | undefined> {
  const args = ['-ww', '-p', String(pid), '-o', 'etime=', '-o', 'args='];
  const { stdout } = await run('ps', args).catch(() => ({ stdout: '' }));
  const [, elapsed, command = ''] = /^(\S+)\s+(\S.*)$/s.exec(stdout.trim()) ?? [];
  const [executable, ...rest] = command.split(' -D ');
  const folder = rest.join(' -D ').split(' -c ')[0];
  if (!elapsed || !executable?.endsWith('postgres') || !folder?.startsWith('/')) return undefined;
  return { program: basename(executable), folder, startedAtMs: nowMs - elapsedSeconds(elapsed) * 1000 };
}

/** `[[days-]hours:]minutes:seconds` (POSIX `ps`). */
function elapsedSeconds(text: string): number {
  const [clock = '', days = '0'] = text.split('-').reverse();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

/** Whether two paths lead to the same folder. */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
