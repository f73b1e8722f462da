import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';

/** Kysely over an open pool; `Tables` describes the service's database. Workers that need only a pool do not load it. */
export const queryBuilder = <Tables>(pool: pg.Pool): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
