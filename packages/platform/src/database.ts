import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';

const dateOid = 1082;
const int8Oid = 20;
const parsers = new Map<number, (value: string) => unknown>([
  [dateOid, (value) => value],
  [int8Oid, Number],
]);

/**
 * Opens a pool. Dates stay `YYYY-MM-DD` strings, `bigint` becomes a number (identities here stay far below
 * 2^53), instants become `Date`.
 */
export function openPool(options: {
  url: string;
  connectionsMax: number;
  onError?: (error: Error) => void;
}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  pool.on('error', options.onError ?? (() => {}));
  return pool;
}

/** Kysely over an open pool; `Tables` describes the service's database. */
export const queryBuilder = <Tables>(pool: pg.Pool): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

/** Runs `work` in one transaction. */
export const inTransaction = <Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> => db.transaction().execute(work);

/** Runs `work` in one transaction on a plain connection, for paths that use prepared SQL. */
export async function inPlainTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (failure: Error) => client.release(failure),
    );
    throw error;
  }
}

/** The name of the constraint a failed statement met, if that is why it failed (SQLSTATE class 23). */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith('23')) return undefined;
  return error.constraint;
}

const unavailableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
]);

/** Whether the database could not be reached or is going down: worth a 503 and a later try. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: string };
  return (
    (code !== undefined && unavailableCodes.has(code)) ||
    /timeout exceeded when trying to connect|Connection terminated/.test(error.message)
  );
}
