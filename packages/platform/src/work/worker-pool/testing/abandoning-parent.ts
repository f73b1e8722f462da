import { createLog } from '../../../process/log.ts';
import { workerPool } from '../pool.ts';

/*
 * A process that has a worker caught in a loop and tells its id, for a test that then kills this one.
 */
const pool = workerPool<string, { pid: number }>({
  module: new URL('planted-worker.ts', import.meta.url),
  workersMax: 1,
  waitingMax: 1,
  timeMs: 600_000,
  memoryMb: 256,
  log: createLog('silent'),
});
const { pid } = await pool.run('echo');
pool.run('loop').catch(() => {});
setTimeout(() => process.send?.(pid), 100);
