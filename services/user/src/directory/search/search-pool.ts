import type { Log } from '@consulta/platform';
import pg from 'pg';

/**
 * Searches choose their plan by the shape of their SQL; these settings keep the planner from choosing another
 * one on stale or missing statistics: no table is read through where an index can serve, what an index yields
 * in order is not sorted again, and a prepared statement keeps one plan for all values.
 */
export const searchSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_sort: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  jit: 'off',
  work_mem: '16MB',
} as const;

const connectionsMax = 8;
/** A search that runs longer is given up: by its design none comes near. */
const searchTimeoutMs = 5_000;

/**
 * A pool for searches alone on the same database: with its settings, and bounded so that searches cannot take
 * the connections that sign-ins need.
 */
export function openSearchPool(pool: pg.Pool, log: Log): pg.Pool {
  const { password } = pool.options;
  const options = Object.entries(searchSettings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
  const searchPool = new pg.Pool({
    ...pool.options,
    ...(password === undefined ? {} : { password }),
    max: connectionsMax,
    statement_timeout: searchTimeoutMs,
    options,
  });
  searchPool.on('error', (error) => log.error({ err: error }, 'an idle search connection broke'));
  return searchPool;
}
