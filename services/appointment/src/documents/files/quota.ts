import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import type { Db } from './queries.ts';

/** What one patient's files may take together: 500 MiB. */
export const defaultQuotaBytes = 500 * 1024 * 1024;

/** Throws 409 `quota_exceeded` when the patient's files take all they may: then nothing more need be received. */
export async function assertQuotaLeft(db: Db, patientId: string, quotaBytes: number): Promise<void> {
  if ((await usedBytes(db, patientId)) >= quotaBytes) throw quotaExceeded(quotaBytes);
}

/** Bytes that the patient's committed files take. */
export async function usedBytes(db: Db, patientId: string): Promise<number> {
  const row = await db
    .selectFrom('file_usage')
    .select('bytes')
    .where('patient_id', '=', patientId)
    .executeTakeFirst();
  return row?.bytes ?? 0;
}

/** 409, with the quota. */
export const quotaExceeded = (quotaBytes: number) =>
  problem('quota_exceeded', details.filesTakeMax(Math.floor(quotaBytes / 1024 / 1024)));
