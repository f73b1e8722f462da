import type { Kysely, Transaction } from 'kysely';
import type pg from 'pg';

/** Runs `work` in one transaction. */
export const inTransaction = <Tables, T>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> => db.transaction().execute(work);

/**
 * Runs `work` in one transaction on a plain connection, for paths that use prepared SQL.
 *
 * @param begin also sets what shall hold in the transaction alone, on the same way to the server
 */
export async function inPlainTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  begin: `BEGIN${string}` = 'BEGIN',
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    // A transaction in which a statement failed is rolled back by COMMIT, without an error.
    if (command !== 'COMMIT') throw new Error('a statement failed unnoticed, and the transaction with it');
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
