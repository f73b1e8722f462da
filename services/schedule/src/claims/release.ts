import { sqlFile, uuidArray } from '@consulta/platform/database';
import type pg from 'pg';
import { retryingRaces } from './races.ts';

const releaseClaimsSql = sqlFile('./release-claims.sql', import.meta.url);
/** Releases the claims of these appointments, for good: a claim that arrives later is refused too. Idempotent. */
export async function releaseClaims(
  pool: pg.Pool,
  appointmentIds: string[],
  now: Temporal.Instant,
): Promise<void> {
  if (appointmentIds.length === 0) return;
  await retryingRaces(() =>
    pool.query({ ...releaseClaimsSql, values: [uuidArray(appointmentIds), now.toString()] }),
  );
}
