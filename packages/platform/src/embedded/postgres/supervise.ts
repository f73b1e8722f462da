import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';
import type { Server } from './launch.ts';

/** PostgreSQL ended and could not be started again. */
export class PostgresLost extends Error {
  constructor(cause: unknown) {
    super(`PostgreSQL cannot be started again. ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = 'PostgresLost';
  }
}

/** Before each further try to start, until one has stayed up; after the last it is given up. */
const pausesMs = [100, 250, 500, 1_000, 2_000, 4_000, 8_000];
/** A server that has been up for so long did not fail at starting. */
const steadyMs = 10_000;

export type Supervised = {
  /** Where it listens now: the same port after a restart, unless another program took it meanwhile. */
  port: () => number;
  stop: () => Promise<void>;
};

/**
 * Keeps one server up: it starts it, and again whenever it ends by itself, with growing pauses.
 *
 *     starting -> up -> ended by itself -> pause -> starting
 *     starting -> ended -> pause -> starting, a bounded number of times, then lost
 *     any -> stopped
 *
 * @param launch starts a server on a port; called when none is running.
 * @param onLost called at most once, when a server that was up ended and cannot be started again.
 */
export async function supervise(options: {
  launch: (port: number) => Server;
  /** Clears away what a dead server left. */
  clear: () => Promise<void>;
  freePort: () => Promise<number>;
  log: Log;
  onLost: (error: PostgresLost) => void;
}): Promise<Supervised> {
  const { launch, clear, freePort, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let failures = 0;
  let server = launch(await freePort());

  const launchAgain = async (why: string) => {
    const pauseMs = pausesMs[failures];
    if (pauseMs === undefined) throw new Error(why);
    failures += 1;
    await clear();
    await sleep(pauseMs, undefined, { signal });
    const port = isPortTaken(why) ? await freePort() : server.port;
    signal.throwIfAborted();
    server = launch(port);
  };
  const untilUp = async () => {
    for (;;) {
      const failure = await server.ready.then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (failure === undefined) return;
      signal.throwIfAborted();
      log.warn({ failure }, 'PostgreSQL did not start; it is tried again');
      await launchAgain(failure);
    }
  };
  const keepUp = async () => {
    for (;;) {
      const upSinceMs = performance.now();
      const end = await server.ended;
      signal.throwIfAborted();
      if (performance.now() - upSinceMs > steadyMs) failures = 0;
      log.error({ end }, 'PostgreSQL ended by itself; it is started again');
      await launchAgain(end);
      await untilUp();
      log.warn('PostgreSQL is up again');
    }
  };

  await untilUp();
  keepUp().catch((error: unknown) => {
    if (!signal.aborted) options.onLost(new PostgresLost(error));
  });
  const stop = async () => {
    stopping.abort();
    await server.stop();
  };
  return { port: () => server.port, stop };
}

const isPortTaken = (words: string) => /could not bind|could not create any TCP\/IP sockets/.test(words);
