import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';
import type { Binaries } from './binaries.ts';
import { endServer } from './end-process.ts';
import type { Launcher } from './launcher.ts';
import { followWords } from './words.ts';

/** A PostgreSQL that was started. */
export type Server = {
  port: number;
  /** Settles when it takes connections; fails with its last words when it ends before. */
  ready: Promise<void>;
  /** Settles when it has ended, with how and its last words. */
  ended: Promise<string>;
  /** Stops it within about 3 s, by force where it does not heed. */
  stop: () => Promise<void>;
};

export type ServerOptions = {
  binaries: Binaries;
  /** The data folder. */
  data: string;
  start: Launcher;
  /** false trades safety for speed. */
  durable: boolean;
  log: Log;
  settings?: Record<string, string>;
};

/** Detached: a signal to this process's group must not reach the server before requests are drained. */
export function launch(options: ServerOptions, port: number): Server {
  const { binaries, data, start, log } = options;
  const flags = Object.entries(settingsOf(options, port)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = start(binaries.postgres, ['-D', data, ...flags], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words = followWords(child.stderr, log);
  const ended = endOf(child).then((how) => [how, words.last()].filter(Boolean).join(': '));
  const ready = Promise.race([
    words.ready.then(() => child.unref()),
    ended.then((how) => Promise.reject(new Error(`PostgreSQL did not start: ${how}`))),
  ]);
  ready.catch(() => {});
  const stop = async () => {
    words.hush();
    if (child.pid) await endServer(child);
  };
  return { port, ready, ended, stop };
}

function settingsOf({ durable, settings }: ServerOptions, port: number): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '120',
    shared_buffers: '256MB',
    // Its log is part of ours: what happens to the server, but no statement and no value of one.
    log_line_prefix: '',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    // Nothing acknowledged is lost: commits wait for the disk. Writing through is one call where writing and syncing are
    // two; Linux alone has another default.
    ...(process.platform === 'linux' ? { wal_sync_method: 'open_datasync' } : {}),
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  };
}

/** Its children hold its standard error as well, and a frozen one would keep that open: it is not awaited for long. */
async function endOf(child: ChildProcess): Promise<string> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });
  await Promise.race([closed, sleep(lastWordsMs, undefined, { ref: false })]);
  return how;
}

const lastWordsMs = 200;
