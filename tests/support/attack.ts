import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { type Api, apiAt } from './api.ts';
import { removeFolder, type ServerOptions, type ServerProcess, startServer } from './server-process.ts';

/** Longest that anybody else may wait while an attack runs. The freezes this guards against last 8 to 32 s. */
const answeredWithinMs = 2_000;
/** Most that an attack may add to the server's resident memory. */
const grownBytesMax = 150_000_000;

export type Target = ServerProcess & { api: Api; stop: () => Promise<void> };

/** A server process to attack, with its limits on, as an operator runs it; `RATE_LIMITS: 'off'` lifts them. */
export async function startTarget({ environment, ...options }: ServerOptions = {}): Promise<Target> {
  const server = await startServer({ ...options, environment: { RATE_LIMITS: 'on', ...environment } });
  const stop = async () => {
    await server.terminate();
    await removeFolder(server.folder);
  };
  return { ...server, api: apiAt(server.url), stop };
}

/**
 * Runs an attack while another client, in a thread and from an address of its own (127.0.0.9), asks
 * `GET /health/live` again and again. Fails unless that client was always answered 200 within 2 s and the server
 * grew by less than 150 MB. With `ATTACKS_REPORT`, a line of JSON on the outcome is added to that file.
 *
 * @param name what the attack does, as a report shows it
 */
export async function whileAttacking<T>(
  server: Pick<ServerProcess, 'url' | 'pid'>,
  name: string,
  attack: () => Promise<T>,
): Promise<{ outcome: T; longestWaitMs: number; grownBytes: number }> {
  const memory = await watchMemory(server.pid);
  const bystander = await startBystander(server.url);
  let outcome: T;
  let waits: Waits;
  try {
    outcome = await attack();
  } finally {
    waits = await bystander.stop();
    await memory.stop();
  }
  const { longestMs, failure } = waits;
  const grownBytes = memory.grownBytes();
  await report({ name, longestWaitMs: Math.round(longestMs), grownMB: Math.round(grownBytes / 1e6) });
  assert.equal(failure, undefined, `${name}: somebody else was not answered: ${failure}`);
  assert.ok(longestMs < answeredWithinMs, `${name}: somebody else waited ${Math.round(longestMs)} ms`);
  assert.ok(grownBytes < grownBytesMax, `${name}: memory grew by ${Math.round(grownBytes / 1e6)} MB`);
  return { outcome, longestWaitMs: longestMs, grownBytes };
}

async function report(line: { name: string; longestWaitMs: number; grownMB: number }): Promise<void> {
  const file = process.env.ATTACKS_REPORT;
  if (file) await appendFile(file, `${JSON.stringify(line)}\n`);
}

/** What a bystander saw: its longest wait, and why it gave up if it did. */
export type Waits = { answers: number; longestMs: number; failure: string | undefined };

/** Asks from a thread of its own, so that what the attacker computes does not count as waiting. */
async function startBystander(url: string): Promise<{ stop: () => Promise<Waits> }> {
  const worker = new Worker(new URL('bystander.ts', import.meta.url), { workerData: { url } });
  await once(worker, 'message');
  const stop = async () => {
    const seen = once(worker, 'message');
    worker.postMessage('stop');
    const [waits] = (await seen) as [Waits];
    await worker.terminate();
    return waits;
  };
  return { stop };
}

/** Follows a process's resident memory (Linux) from now on. */
async function watchMemory(pid: number): Promise<{ grownBytes: () => number; stop: () => Promise<void> }> {
  const before = await residentBytes(pid);
  let highest = before;
  const sample = async () => {
    highest = Math.max(highest, await residentBytes(pid));
  };
  const timer = setInterval(() => void sample().catch(() => {}), 50);
  const stop = async () => {
    clearInterval(timer);
    await sample();
  };
  return { grownBytes: () => highest - before, stop };
}

/** A process's resident memory, as Linux tells it (`proc(5)`). */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** A connection that sends exactly what it is told to. `from` is the address it comes from, such as 127.0.0.2. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves with everything the server sent, once the connection has ended, by whichever side or way. */
  readonly ended: Promise<string>;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.#received += text;
    });
    // A reset is one of the ways to end.
    socket.on('error', () => {});
    this.ended = new Promise((resolve) => socket.once('close', () => resolve(this.#received)));
  }

  static async open(server: { port: number }, from?: string): Promise<RawConnection> {
    const socket = connect({
      host: '127.0.0.1',
      port: server.port,
      ...(from ? { localAddress: from } : {}),
    });
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    return connection;
  }

  get received(): string {
    return this.#received;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Waits until what has arrived fits; fails if the connection ends first. */
  async until(fits: (received: string) => boolean): Promise<string> {
    while (!fits(this.#received)) {
      if (this.socket.closed) throw new Error(`the connection ended after ${JSON.stringify(this.#received)}`);
      await Promise.race([once(this.socket, 'data'), this.ended]);
    }
    return this.#received;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The status of an answer read off a connection; undefined when there is none. */
export const statusOf = (answer: string): number | undefined => {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  return status === undefined ? undefined : Number(status);
};
