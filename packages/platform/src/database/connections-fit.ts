import type pg from 'pg';
import { WrongSetting } from '../process/environment.ts';

const offeredSql = `SELECT current_setting('max_connections')::integer
  - current_setting('superuser_reserved_connections')::integer
  - coalesce(current_setting('reserved_connections', true)::integer, 0) AS offered`;

/**
 * Holds how many connections there may be against what the server of `pool` offers. Throws a {@link WrongSetting} where
 * they do not fit: better at the start than under load, when the last who come find no room.
 *
 * @param own this process's, with its pools for special work
 * @param all of all processes that use the server
 */
export async function assertConnectionsFit(pool: pg.Pool, own: number, all = own): Promise<void> {
  if (own > all) {
    throw new WrongSetting(
      `DATABASE_CONNECTIONS_ALL is ${all}, but this process alone may have ${own} connections (DATABASE_CONNECTIONS).`,
    );
  }
  const { rows } = await pool.query<{ offered: number }>(offeredSql);
  const offered = rows[0]?.offered ?? 0;
  if (all <= offered) return;
  throw new WrongSetting(
    `${all} connections to a database that offers ${offered} (max_connections without those that are reserved): ` +
      'lower DATABASE_CONNECTIONS and DATABASE_CONNECTIONS_ALL, or raise its limit.',
  );
}
