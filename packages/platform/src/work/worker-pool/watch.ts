import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSettings } from './messages.ts';

/*
 * Ends this process when it has grown too large, when its task has taken too much of the processor, or when the
 * process that started it is gone. It runs on a thread of its own, because the main one may be caught in a loop or
 * in a native library.
 */
const { memoryMaxBytes, timeMs, parentPid }: WorkerSettings = workerData;

const processorMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
let startedMs: number | undefined;
parentPort?.on('message', (working: boolean) => {
  startedMs = working ? processorMs() : undefined;
});

setInterval(() => {
  if (process.ppid !== parentPid) end();
  if (process.memoryUsage.rss() > memoryMaxBytes) end('out of memory');
  if (startedMs !== undefined && processorMs() - startedMs > timeMs) end('out of time');
}, 20);

/** The reason goes where the pool looks for last words; nobody may be there to read them. */
function end(reason = ''): void {
  try {
    writeSync(2, reason);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}
