import { serveTasks } from '@consulta/platform/work/worker';
import type { ReportContent } from './content.ts';
import { type PrintedVersion, renderReport } from './pdf.ts';

/* A worker that makes the PDFs of reports. */
serveTasks<{ row: PrintedVersion; content: ReportContent }>(({ row, content }) => renderReport(row, content));
