import { poolBeside, requestLimits } from '@consulta/platform/database';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';

/**
 * A storm of requests may come while tables are new and have no statistics: PostgreSQL believes them small, reads them
 * whole, and a prepared statement keeps that plan for up to a minute. So what accepts requests is told to find by index.
 */
const settings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const;

/** The connection on which requests are accepted: one, as one batch is stored at a time, and its own. */
export const openAcceptPool = (pool: pg.Pool, log: Log): pg.Pool =>
  poolBeside(pool, {
    name: 'appointments accept',
    connectionsMax: 1,
    limits: requestLimits,
    settings,
    onError: (error) => log.error({ err: error }, 'an idle connection for accepting requests broke'),
  });
