import { serveTasks } from '@consulta/platform/work/worker';
import type { ReportContent } from './report-content.ts';
import { type PrintedVersion, renderReport } from './report-pdf.ts';

/* A worker that makes the PDFs of reports. */
serveTasks<{ row: PrintedVersion; content: ReportContent }>(({ row, content }) => renderReport(row, content));
