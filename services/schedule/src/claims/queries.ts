import { type ClaimsPage, idBeforeAll } from '@consulta/contracts';
import { sqlFile } from '@consulta/platform/database';
import type pg from 'pg';

const claimsPageSql = sqlFile('./claims-page.sql', import.meta.url);

/** Claims made before `claimedBefore`, by appointment id, after `after`. */
export async function readClaimsPage(
  pool: pg.Pool,
  page: { after: string | undefined; limit: number; claimedBefore: Temporal.Instant },
): Promise<ClaimsPage> {
  const { rows } = await pool.query<{ appointment_id: string; slot_id: string }>({
    ...claimsPageSql,
    values: [page.after ?? idBeforeAll, page.claimedBefore.toString(), page.limit],
  });
  const last = rows.length === page.limit ? rows.at(-1) : undefined;
  return {
    claims: rows.map((row) => ({ appointmentId: row.appointment_id, slotId: row.slot_id })),
    nextAfter: last?.appointment_id ?? null,
  };
}
