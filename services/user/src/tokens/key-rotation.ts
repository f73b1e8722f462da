import { inTransaction, queryBuilder } from '@consulta/platform/database';
import {
  assertKeysPresent,
  assertNothingSealed,
  type KeyRing,
  rewrap,
  sealText,
} from '@consulta/platform/encryption';
import { type Selectable, sql, type Transaction } from 'kysely';
import type pg from 'pg';
import type { UserTables } from '../tables.ts';
import { signingKeyContext } from './signing-keys.ts';

/** Where UserDB keeps what is encrypted. Few rows, so no index. */
const encryptedColumns = [{ table: 'signing_keys', column: 'private_sealed' }] as const;

/** Throws when a signing key is encrypted: then the key file must come back from its backup, and not be made anew. */
export const assertNoSigningKeysSealed = (pool: pg.Pool): Promise<void> =>
  assertNothingSealed(pool, encryptedColumns);

/**
 * Makes sure at a start that the key ring opens every signing key, and encrypts those that stand in clear since older
 * versions wrote them so. They go on signing and verifying. Throws `KeyMissing`.
 */
export async function sealSigningKeys(pool: pg.Pool, keyRing: KeyRing): Promise<void> {
  await assertKeysPresent(pool, keyRing, encryptedColumns);
  const db = queryBuilder<UserTables>(pool);
  const isPlain = await db
    .selectFrom('signing_keys')
    .select('kid')
    .where('private_jwk', 'is not', null)
    .executeTakeFirst();
  if (isPlain) await inTransaction(db, (trx) => sealPlainKeys(trx, keyRing));
}

/**
 * An update would leave the row as it was on the disk, and a vacuum leaves it too while anybody has an older snapshot. So
 * the table is emptied and filled anew in one transaction: it gets another file, and the old one goes.
 */
async function sealPlainKeys(trx: Transaction<UserTables>, keyRing: KeyRing): Promise<void> {
  await sql`LOCK TABLE signing_keys IN ACCESS EXCLUSIVE MODE`.execute(trx);
  const keys = await trx.selectFrom('signing_keys').selectAll().execute();
  // Another start may have been first.
  if (keys.every(({ private_jwk }) => private_jwk === null)) return;
  const sealed = await Promise.all(keys.map((key) => sealIfPlain(key, keyRing)));
  await sql`TRUNCATE signing_keys`.execute(trx);
  await trx.insertInto('signing_keys').values(sealed).execute();
}

async function sealIfPlain(key: Selectable<UserTables['signing_keys']>, keyRing: KeyRing) {
  const { kid, public_jwk, private_jwk, ...rest } = key;
  const row = { ...rest, kid, public_jwk: JSON.stringify(public_jwk), private_jwk: null };
  if (private_jwk === null) return row;
  const private_sealed = await sealText(keyRing, JSON.stringify(private_jwk), signingKeyContext(kid));
  return { ...row, private_sealed };
}

/**
 * Wraps the data key of every signing key that is under an older key anew under the current one. Answers how many were
 * wrapped.
 */
export async function rewrapSigningKeys(pool: pg.Pool, keyRing: KeyRing): Promise<number> {
  const { rows } = await pool.query<{ kid: string; sealed: Buffer }>(
    'SELECT kid, private_sealed AS sealed FROM signing_keys WHERE private_sealed IS NOT NULL',
  );
  let total = 0;
  for (const { kid, sealed } of rows) {
    const wrapped = await rewrap(keyRing, sealed, signingKeyContext(kid));
    if (!wrapped) continue;
    await pool.query('UPDATE signing_keys SET private_sealed = $2 WHERE kid = $1 AND private_sealed = $3', [
      ...[kid, wrapped, sealed],
    ]);
    total += 1;
  }
  return total;
}
