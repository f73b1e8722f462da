import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { TaskFailed, workerPool } from '@consulta/platform/work/worker-pool';
import type { ReportContent } from './report-content.ts';
import type { PrintedVersion } from './report-pdf.ts';

export type ReportPrinter = {
  /** A report's PDF. Throws 503 when too many are being made, or when this one takes too much time or memory. */
  print: (row: PrintedVersion, content: ReportContent) => Promise<Buffer>;
  close: () => Promise<void>;
};

/**
 * Makes PDFs in processes of their own. Even a short report takes some 100 ms, a long one in a script with
 * ligatures a second, and nobody else may wait for it.
 */
export function reportPrinter(log: Log): ReportPrinter {
  const pool = workerPool<{ row: PrintedVersion; content: ReportContent }, Uint8Array>({
    module: new URL('pdf-worker.ts', import.meta.url),
    workersMax: 2,
    waitingMax: 100,
    timeMs: 10_000,
    memoryMb: 400,
    idleMs: 60_000,
    log,
  });
  const print = async (
    { id, version, version_created_at, time_zone }: PrintedVersion,
    content: ReportContent,
  ) => {
    try {
      return Buffer.from(await pool.run({ row: { id, version, version_created_at, time_zone }, content }));
    } catch (error) {
      if (error instanceof TaskFailed) throw problem('unavailable', details.reportNotPrinted);
      throw error;
    }
  };
  return { print, close: pool.close };
}
