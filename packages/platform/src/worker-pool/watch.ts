import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WorkerSettings } from './messages.ts';

/*
 * Ends this process when it has grown too large, or when the process that started it is gone. It runs on a
 * thread of its own, because the main one may be caught in a loop or in a native library.
 */
const { memoryMaxBytes, parentPid }: WorkerSettings = workerData;

setInterval(() => {
  if (process.memoryUsage.rss() > memoryMaxBytes) end('out of memory');
  if (process.ppid !== parentPid) end('orphaned');
}, 20);

function end(reason: string): void {
  writeSync(2, reason);
  process.kill(process.pid, 'SIGKILL');
}
