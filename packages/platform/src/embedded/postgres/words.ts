import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Log } from '../../process/log.ts';

const readyWords = 'database system is ready to accept connections';
const linesKept = 20;

/** A crash report that quotes a statement, in which a person's data could stand. */
const quotesStatement = /^DETAIL: {2}Failed process was running/;

export type Words = {
  /** Settles when the server says that it takes connections. */
  ready: Promise<void>;
  /** What it said last. */
  last: () => string;
  /** What follows is expected: only for those who look closely. */
  hush: () => void;
};

/**
 * Passes on what a server says on its standard error: until it is ready only for those who look closely, then at
 * the level that suits each line.
 */
export function followWords(stream: Readable | null, log: Log): Words {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const kept: string[] = [];
  if (!stream) return { ready, last: () => '', hush: () => {} };
  let isTold = false;
  createInterface({ input: stream }).on('line', (line) => {
    if (line === '' || quotesStatement.test(line)) return;
    kept.push(line);
    if (kept.length > linesKept) kept.shift();
    if (line.includes(readyWords)) {
      isTold = true;
      resolve();
    }
    log[isTold ? levelOf(line) : 'debug']({ postgres: line }, 'PostgreSQL says');
  });
  const hush = () => {
    isTold = false;
  };
  return { ready, last: () => kept.join('\n'), hush };
}

function levelOf(line: string): 'info' | 'warn' | 'error' {
  if (/^(ERROR|FATAL|PANIC):/.test(line)) return 'error';
  return line.startsWith('WARNING:') ? 'warn' : 'info';
}
