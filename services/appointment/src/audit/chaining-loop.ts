import type { Metrics } from '@consulta/platform/process';
import { type WakeableLoop, wakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { chainBroken, sealLag } from '../metrics.ts';
import { ChainBroken, extendChain, rowsMax, type Trail } from './extend-chain.ts';

/** Chaining is late when an entry has waited this long: its round comes every second. */
const lateSeconds = 60;
const warnEveryMs = 60_000;

const lagSql = `SELECT greatest(0, extract(epoch FROM clock_timestamp() - at))::double precision AS seconds
  FROM audit_entries WHERE position IS NULL ORDER BY id LIMIT 1`;

/**
 * Gives new audit entries their position and hash, at least once a second, and records the head outside the
 * database. Any number of processes may run one: a lock lets one chain at a time. The gauge
 * `consulta_audit_seal_lag_seconds` says how long the oldest entry outside the chain has waited; from a minute on the log
 * warns, whatever holds it up. `consulta_audit_chain_broken` says that the chain no longer holds its recorded head.
 */
export function startChaining(trail: Trail, metrics: Metrics): WakeableLoop {
  const lag = metrics.gauge(sealLag);
  const broken = metrics.gauge(chainBroken);
  let warnedAtMs = Number.NEGATIVE_INFINITY;
  let behind = false;
  const watch = async () => {
    const seconds = await chainingLagSeconds(trail.pool);
    lag.set(seconds);
    if (seconds < lateSeconds || performance.now() < warnedAtMs + warnEveryMs) return;
    warnedAtMs = performance.now();
    trail.log.warn({ lagSeconds: Math.round(seconds) }, 'sealing the audit trail does not keep up');
  };
  return wakeableLoop({
    name: 'audit sealer',
    idleMs: 1_000,
    spacingMs: () => (behind ? 0 : 250),
    round: async () => {
      try {
        behind = (await extendChain(trail)) === rowsMax;
        broken.set(0);
        return behind;
      } catch (error) {
        if (error instanceof ChainBroken) broken.set(1);
        throw error;
      } finally {
        await watch();
      }
    },
    log: trail.log,
  });
}

/** Seconds since the oldest entry outside the chain was written; 0 when all are in the chain. */
export async function chainingLagSeconds(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ seconds: number }>(lagSql);
  return rows[0]?.seconds ?? 0;
}
