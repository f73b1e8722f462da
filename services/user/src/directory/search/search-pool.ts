import { poolBeside, requestLimits } from '@consulta/platform/database';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';

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

/**
 * A pool for searches alone on the same database: with its settings, and bounded so that searches cannot take
 * the connections that sign-ins need.
 */
export const openSearchPool = (pool: pg.Pool, log: Log): pg.Pool =>
  poolBeside(pool, {
    name: 'users search',
    connectionsMax,
    limits: requestLimits,
    settings: searchSettings,
    onError: (error) => log.error({ err: error }, 'an idle search connection broke'),
  });
