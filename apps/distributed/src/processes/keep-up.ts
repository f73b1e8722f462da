import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Log } from '@consulta/platform/process';
import { findProgram } from './programs.ts';

/** The folder of the project: what runs in it is named from there. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A process to be kept up. */
export type Program = {
  name: string;
  command: string;
  args: string[];
  /** Its whole environment. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What it reads from its standard input: for what must not be seen among its arguments. */
  input?: string;
  /** `log`: what it says is part of this process's log; else it says it where this process does. */
  words?: 'log';
};

export type Kept = {
  name: string;
  /** Of the process that runs now; undefined in a pause between two. */
  pid: () => number | undefined;
  /** Sends a signal and waits until it has ended; after `withinMs` it is killed. It is not started again. */
  stop: (signal: NodeJS.Signals, withinMs: number) => Promise<void>;
};

/** How long the pauses are, and after how long a process did not fail at starting. */
export type Patience = { firstPauseMs: number; longestPauseMs: number; steadyMs: number };

const usualPatience: Patience = { firstPauseMs: 100, longestPauseMs: 8_000, steadyMs: 20_000 };

/**
 * Runs a program, and again whenever it ends by itself, after pauses that double until one has stayed up for a while.
 * It ends with this process, however that ends.
 *
 *     up -> ended by itself -> pause -> up
 *     any -> stopped
 *
 * @param onStart called with each process.
 */
export function keepUp(
  program: Program,
  options: { log: Log; onStart?: (pid: number) => void; patience?: Patience },
): Kept {
  const { log, onStart = () => {}, patience = usualPatience } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let child: ChildProcess | undefined;

  const run = async () => {
    for (let failures = 0; !signal.aborted; ) {
      const upSinceMs = performance.now();
      child = launch(program, log);
      const ended = endOf(child);
      if (child.pid) onStart(child.pid);
      const end = await ended;
      child = undefined;
      if (signal.aborted) return;
      failures = performance.now() - upSinceMs > patience.steadyMs ? 1 : failures + 1;
      const pauseMs = Math.min(patience.firstPauseMs * 2 ** (failures - 1), patience.longestPauseMs);
      log.error({ process: program.name, end, pauseMs }, 'a process ended by itself; it is started again');
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  };
  const over = run();

  const stop = async (by: NodeJS.Signals, withinMs: number) => {
    stopping.abort();
    child?.kill(by);
    const tooLong = setTimeout(() => {
      log.warn({ process: program.name }, 'a process did not stop in time; it is killed');
      child?.kill('SIGKILL');
    }, withinMs);
    await over;
    clearTimeout(tooLong);
  };
  return { name: program.name, pid: () => child?.pid, stop };
}

function launch({ name, command, args, input, env, cwd, words }: Program, log: Log): ChildProcess {
  const [first = command, ...rest] = [...endingWithParent, command, ...args];
  const outward = words === 'log' ? 'pipe' : 'inherit';
  const child = spawn(first, rest, {
    stdio: [input === undefined ? 'ignore' : 'pipe', outward, outward],
    ...(env ? { env } : {}),
    ...(cwd ? { cwd } : {}),
  });
  // One that ended before it read is started again, and given it again.
  child.stdin?.on('error', () => {}).end(input);
  const tell = (line: string) => log.info({ process: name }, line);
  for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, tell);
  return child;
}

const eachLine = (stream: Readable, tell: (line: string) => void) =>
  createInterface({ input: stream }).on('line', tell);

const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
/** The kernel kills what was started by a process that ends, be it by SIGKILL; no other system does. */
const endingWithParent = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];

const endOf = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });

/** Stops all at once, as each is told by SIGTERM. */
export const stopAll = (all: readonly Kept[], withinMs: number): Promise<unknown> =>
  Promise.all(all.map((each) => each.stop('SIGTERM', withinMs)));
