import { details } from '@consulta/contracts/details';
import { problem } from '../../problems/problem.ts';
import type { Log } from '../../process/log.ts';
import { TaskFailed } from './task-failed.ts';
import { type Content, type WorkerOptions, WorkerProcess } from './worker-process.ts';

export type WorkerPoolOptions = WorkerOptions & {
  /** Processes at most; they start when there is work for them. */
  workersMax: number;
  /** Tasks that may wait for a worker; one more is refused. */
  waitingMax: number;
  /** How long a worker without work stays; 10 s unless said. */
  idleMs?: number;
  /** Hears of every task without a result. */
  log: Log;
};

export type WorkerPool<Input, Result> = {
  /**
   * Does a task in a worker. Throws {@link TaskFailed}, 503 `overloaded` when too many wait already, 503
   * `unavailable` when no worker starts or the pool is closed, and what `content` throws.
   */
  run: (input: Input, content?: Content) => Promise<Result>;
  /** Ends all workers, whatever they do, and refuses those that wait. */
  close: () => Promise<void>;
};

/**
 * Runs heavy or hostile work in child processes, so that no input holds up this one or takes it along. Threads
 * would be lighter, but a thread that runs out of memory often ends the whole process, and one caught in a
 * native library can't be ended at all.
 *
 * The module calls `serveTasks` of `@consulta/platform/work/worker`; it runs as it is, TypeScript included.
 */
export function workerPool<Input, Result>(options: WorkerPoolOptions): WorkerPool<Input, Result> {
  const workers = new Set<WorkerProcess>();
  const resting = restingWorkers(options.idleMs ?? 10_000, (worker) => {
    workers.delete(worker);
    return worker.end();
  });
  const waiting: PromiseWithResolvers<WorkerProcess>[] = [];
  let closed = false;

  const take = async (): Promise<WorkerProcess> => {
    if (closed) throw closing();
    const rested = resting.take();
    if (rested && !rested.over) return rested;
    if (rested) {
      workers.delete(rested);
      return take();
    }
    if (workers.size < options.workersMax) return start();
    if (waiting.length >= options.waitingMax) throw problem('overloaded');
    const turn = Promise.withResolvers<WorkerProcess>();
    waiting.push(turn);
    return turn.promise;
  };
  const start = (): WorkerProcess => {
    const worker = new WorkerProcess(options);
    workers.add(worker);
    return worker;
  };
  const giveBack = (worker: WorkerProcess): void => {
    if (worker.over) workers.delete(worker);
    const next = waiting.shift();
    if (next && worker.over) next.resolve(Promise.try(start));
    else if (next) next.resolve(worker);
    else if (!worker.over) resting.add(worker);
  };
  const runOn = async (worker: WorkerProcess, input: Input, content?: Content): Promise<Result> => {
    try {
      return (await worker.run(input, content)) as Result;
    } catch (error) {
      if (closed) throw closing();
      const pool = options.module.pathname.split('/').at(-1);
      if (error instanceof TaskFailed) options.log.warn({ err: error, pool }, 'a worker gave no result');
      throw error instanceof TaskFailed && error.reason === 'start' ? notStarted() : error;
    } finally {
      if (!closed) giveBack(worker);
    }
  };

  return {
    run: async (input, content) => runOn(await take(), input, content),
    close: async () => {
      closed = true;
      resting.clear();
      for (const turn of waiting.splice(0)) turn.reject(closing());
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}

/** Workers without work: the one that rested last is taken first, one that rests for `idleMs` is dismissed. */
function restingWorkers(idleMs: number, dismiss: (worker: WorkerProcess) => void) {
  const timers = new Map<WorkerProcess, NodeJS.Timeout>();
  const rouse = (worker: WorkerProcess): void => {
    clearTimeout(timers.get(worker));
    timers.delete(worker);
  };
  return {
    add: (worker: WorkerProcess): void => {
      const tooLong = (): void => {
        rouse(worker);
        dismiss(worker);
      };
      timers.set(worker, setTimeout(tooLong, idleMs).unref());
    },
    take: (): WorkerProcess | undefined => {
      const worker = [...timers.keys()].at(-1);
      if (worker) rouse(worker);
      return worker;
    },
    clear: (): void => {
      for (const worker of [...timers.keys()]) rouse(worker);
    },
  };
}

const closing = () => problem('unavailable', details.stopping);

const notStarted = () => problem('unavailable', details.noWorker);
