import { details, type FileMediaType } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { TaskFailed, workerPool } from '@consulta/platform/work/worker-pool';
import type { Verdict } from './verdict.ts';

/** Judges files in processes of their own, which start when a file comes and go when none does. */
export type FileInspector = {
  /**
   * What a file is. Throws 415 `unsupported_media_type` with what to change; 503 `overloaded` when too many files
   * wait already.
   *
   * @param content its bytes, piece by piece; a piece is sent on before the next is asked for
   */
  inspect: (content: AsyncIterable<Uint8Array>) => Promise<FileMediaType>;
  /** Ends what is under way. */
  close: () => Promise<void>;
};

/** Genuine files take 1 to 100 ms of the processor, one of 2,500 pages two seconds. */
const limits = { workersMax: 2, waitingMax: 200, timeMs: 10_000, memoryMb: 512 };

export function fileInspector(log: Log): FileInspector {
  const module = new URL('worker.ts', import.meta.url);
  const pool = workerPool<undefined, Verdict>({ module, ...limits, log });
  const inspect = async (content: AsyncIterable<Uint8Array>) => {
    const verdict = await pool.run(undefined, content).catch((error: unknown): Verdict => {
      if (!(error instanceof TaskFailed)) throw error;
      return { refused: details.fileTooComplex };
    });
    if ('refused' in verdict) throw problem('unsupported_media_type', verdict.refused);
    return verdict.mediaType;
  };
  return { inspect, close: pool.close };
}
