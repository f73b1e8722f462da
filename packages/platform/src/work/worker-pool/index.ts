export { workerPool } from './pool.ts';
export { TaskFailed } from './task-failed.ts';
