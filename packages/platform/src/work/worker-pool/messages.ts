/** What a worker is told: a piece of the task's content, as often as there is one, then the task itself. */
export type ToWorker = { piece: Uint8Array } | { input: unknown };

/** What a worker says: that it can begin, and how each task ended. */
export type FromWorker = { ready: true } | { result: unknown } | { error: string };

/** A worker's settings, as its arguments. */
export type WorkerSettings = { memoryMaxBytes: number; timeMs: number; parentPid: number };
