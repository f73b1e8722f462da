import { type ChildProcess, fork } from 'node:child_process';
import type { FromWorker, ToWorker } from './messages.ts';
import { TaskFailed } from './task-failed.ts';

/** A worker that has not said it can begin by then is given up. */
const startMsMax = 30_000;
/** How much of the last words of a worker is looked at to tell why it ended. */
const lastWordsMax = 4_096;

/** How often the time that a task may compute it may last: a busy machine fails nobody's task. */
const patience = 6;

export type WorkerOptions = {
  module: URL;
  /** Milliseconds of processor time a task may take. */
  timeMs: number;
  /** Resident MiB that a worker may take. */
  memoryMb: number;
};

/** Bytes for the worker, piece by piece; a piece is sent before the next is asked for. */
export type Content = AsyncIterable<Uint8Array>;

type Over = { reason: 'time' | 'crash' | 'start'; detail: string };

/**
 * One child process that does one task at a time: starting → idle ⇄ working → ended. It kills itself when a
 * task takes more than `timeMs` of the processor or `memoryMb` resident, and is killed when it lasts far longer.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #timeMs: number;
  readonly #ready: Promise<void>;
  readonly #gone = Promise.withResolvers<void>();
  #lastWords = '';
  #over: Over | undefined;
  /** What its end by itself means: until it can begin, nothing about a task. */
  #failsAs: 'start' | 'crash' = 'start';
  /** Whoever waits for the worker's next word, or its end. */
  #waiter: PromiseWithResolvers<FromWorker> | undefined;

  constructor({ module, timeMs, memoryMb }: WorkerOptions) {
    this.#timeMs = timeMs;
    this.#child = startChild(module, timeMs, memoryMb);
    this.#child.on('message', (message: FromWorker) => this.#waiter?.resolve(message));
    this.#child.on('error', (error) => {
      this.#end({ reason: this.#failsAs, detail: error.message });
      if (this.#child.pid === undefined) this.#gone.resolve();
    });
    this.#child.once('exit', (code, signal) => {
      this.#over ??= { reason: this.#failsAs, detail: `it ended with ${signal ?? `code ${code}`}` };
    });
    // Only now its last words are all there.
    this.#child.once('close', () => this.#gone.resolve());
    this.#gone.promise.then(() => this.#waiter?.reject(this.#failure()));
    this.#child.stderr?.on('data', (words: Buffer) => {
      this.#lastWords = (this.#lastWords + words.toString('latin1')).slice(-lastWordsMax);
    });
    this.#ready = this.#begun();
    this.#ready.catch(() => {});
  }

  /** Whether it can't take a task any more. */
  get over(): boolean {
    return this.#over !== undefined;
  }

  /** Does one task; throws {@link TaskFailed}, or what `content` throws. */
  async run(input: unknown, content?: Content): Promise<unknown> {
    await this.#ready;
    const lastsMsMax = this.#timeMs * patience;
    const late: Over = { reason: 'time', detail: `it lasted more than ${lastsMsMax} ms` };
    const answer = await this.#next(lastsMsMax, late, () => this.#send(input, content));
    if ('error' in answer) throw new TaskFailed('error', answer.error);
    return 'result' in answer ? answer.result : undefined;
  }

  /** Kills the process, whatever it does, and waits until it is gone. */
  async end(): Promise<void> {
    this.#child.ref();
    this.#end({ reason: 'crash', detail: 'it was ended' });
    await this.#gone.promise;
  }

  async #begun(): Promise<void> {
    const late: Over = { reason: 'start', detail: `it did not begin within ${startMsMax} ms` };
    await this.#next(startMsMax, late, async () => {});
    this.#failsAs = 'crash';
  }

  async #send(input: unknown, content: Content = nothing()): Promise<void> {
    for await (const piece of content) await tell(this.#child, { piece });
    await tell(this.#child, { input });
  }

  /** The worker's next word after `send`, or its failure. A failure to send ends the worker: it has half a task. */
  async #next(timeMs: number, late: Over, send: () => Promise<void>): Promise<FromWorker> {
    const waiter = Promise.withResolvers<FromWorker>();
    this.#waiter = waiter;
    if (this.#over) waiter.reject(this.#failure());
    const timer = setTimeout(() => this.#end(late), timeMs);
    send().catch((error: unknown) => {
      if (!this.#over) waiter.reject(error);
      this.#end({ reason: 'crash', detail: 'it did not get its task' });
    });
    return waiter.promise.finally(() => {
      clearTimeout(timer);
      this.#waiter = undefined;
    });
  }

  #end(over: Over): void {
    this.#over ??= over;
    this.#child.kill('SIGKILL');
  }

  /** Its last words tell when it was ended for what it took: V8's, or those of the thread that watches it. */
  #failure(): TaskFailed {
    const { reason, detail }: Over = this.#over ?? { reason: this.#failsAs, detail: 'it ended' };
    const taken = /out of (memory|time)/i.exec(this.#lastWords)?.[1];
    if (reason === 'crash' && taken === 'memory') return new TaskFailed('memory', detail);
    return new TaskFailed(reason === 'crash' && taken === 'time' ? 'time' : reason, detail);
  }
}

/** It gets no environment (secrets), no file to write, no network and no children. */
function startChild(module: URL, timeMs: number, memoryMb: number): ChildProcess {
  const child = fork(module, [memoryMb * 1024 * 1024, timeMs, process.pid].map(String), {
    env: {},
    execArgv: [
      `--max-old-space-size=${memoryMb}`,
      '--permission',
      '--allow-fs-read=*',
      '--allow-addons',
      '--allow-worker',
      '--disable-warning=SecurityWarning',
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // A worker at rest holds nobody up; the timer of one at work does.
  child.unref();
  child.channel?.unref();
  return child;
}

const tell = (child: ChildProcess, message: ToWorker): Promise<void> =>
  new Promise((resolve, reject) => {
    child.send(message, (error) => (error ? reject(error) : resolve()));
  });

async function* nothing(): Content {}
