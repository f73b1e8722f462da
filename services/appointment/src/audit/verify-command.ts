import type pg from 'pg';
import type { HeadStore } from './head-store.ts';
import { verifyAudit } from './verify.ts';

/**
 * `npm run audit:verify`: checks the whole audit trail, prints what it found and the rate, and answers the exit
 * code: 0 when the trail is whole, 1 otherwise.
 */
export async function auditVerifyMain(deps: {
  pool: pg.Pool;
  heads: HeadStore;
  print: (line: string) => void;
}): Promise<number> {
  const { rows, unsealed, seconds, faults } = await verifyAudit(deps.pool, deps.heads);
  for (const { kind, position, entryId, detail } of faults) {
    deps.print(`${kind}: position ${position ?? '-'}, entry ${entryId ?? '-'}: ${detail}`);
  }
  const rate = Math.round(rows / Math.max(seconds, 1e-6));
  deps.print(
    `${rows} entries checked in ${seconds.toFixed(2)} s (${rate} rows/s), ${unsealed} not yet sealed`,
  );
  deps.print(
    faults.length === 0 ? 'The audit trail is whole.' : `The audit trail has ${faults.length} faults.`,
  );
  return faults.length === 0 ? 0 : 1;
}
