import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';

/**
 * Makes this process a worker of a pool: `handle` gets each task's input and the content that was sent with it,
 * and its answer is the task's result. What it throws fails the task, not the worker. Both pass the structured
 * clone algorithm.
 */
export function serveTasks<Input>(handle: (input: Input, content: Buffer) => unknown): void {
  const watch = watchThisProcess();
  const tell = (message: FromWorker) => process.send?.(message);
  let pieces: Uint8Array[] = [];
  process.on('message', async (message: ToWorker) => {
    if ('piece' in message) return pieces.push(message.piece);
    const content = Buffer.concat(pieces);
    pieces = [];
    watch.postMessage(true);
    try {
      tell({ result: await handle(message.input as Input, content) });
    } catch (error) {
      tell({ error: String(error) });
    }
    watch.postMessage(false);
  });
  tell({ ready: true });
}

function watchThisProcess(): Worker {
  const [, , memoryMaxBytes, timeMs, parentPid] = process.argv.map(Number);
  if (!memoryMaxBytes || !timeMs || !parentPid) throw new Error('a worker is started by its pool');
  const settings: WorkerSettings = { memoryMaxBytes, timeMs, parentPid };
  const watch = new Worker(new URL('watch.ts', import.meta.url), { workerData: settings });
  watch.unref();
  // A signal meant for the whole group (Ctrl+C) leaves it to the parent how what is under way ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  return watch;
}
