/**
 * Why a worker gave no result: it took too much `time` or `memory` and was killed, it ended by itself while it
 * worked (`crash`, a fault of a native library), its code threw (`error`, which leaves the worker usable), or it
 * did not `start`, which is never the task's fault.
 */
export type FailureReason = 'time' | 'memory' | 'crash' | 'error' | 'start';

/** A task without a result. Its message holds nothing of what was worked on unless the task's code put it there. */
export class TaskFailed extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string) {
    super(`a worker gave no result (${reason}): ${detail}`);
    this.name = 'TaskFailed';
    this.reason = reason;
  }
}
