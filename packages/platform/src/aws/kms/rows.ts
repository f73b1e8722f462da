import type pg from 'pg';
import { inPlainTransaction } from '../../database/transactions.ts';

export type WrappedKey = { id: string; wrapped: Buffer };

/** All keys, the current one last. */
export async function readKeys(pool: pg.Pool): Promise<WrappedKey[]> {
  const { rows } = await pool.query<WrappedKey>('SELECT id, wrapped FROM key_encryption_keys ORDER BY place');
  return rows;
}

const insertKeySql = 'INSERT INTO key_encryption_keys (id, wrapped) VALUES ($1, $2)';

/** Makes it the current key. */
export async function addKey(pool: pg.Pool, { id, wrapped }: WrappedKey): Promise<void> {
  await pool.query(insertKeySql, [id, wrapped]);
}

/** Adds a key unless there is one: of several processes that start at once, one does. */
export async function addFirstKey(pool: pg.Pool, { id, wrapped }: WrappedKey): Promise<void> {
  await inPlainTransaction(pool, async (client) => {
    await client.query('LOCK TABLE key_encryption_keys IN SHARE ROW EXCLUSIVE MODE');
    const { rowCount } = await client.query('SELECT FROM key_encryption_keys LIMIT 1');
    if (rowCount === 0) await client.query(insertKeySql, [id, wrapped]);
  });
}

export async function readNamedKeys(pool: pg.Pool): Promise<{ name: string; wrapped: Buffer }[]> {
  const { rows } = await pool.query<{ name: string; wrapped: Buffer }>(
    'SELECT name, wrapped FROM named_keys',
  );
  return rows;
}

/** Keeps a named key unless there is one of that name. */
export async function addNamedKey(pool: pg.Pool, name: string, wrapped: Buffer): Promise<void> {
  await pool.query('INSERT INTO named_keys (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    wrapped,
  ]);
}
