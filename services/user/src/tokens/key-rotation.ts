import { inTransaction, queryBuilder } from '@consulta/platform/database';
import {
  assertKeysPresent,
  assertNothingSealed,
  type KeyRing,
  rewrap,
  sealText,
} from '@consulta/platform/encryption';
import { sql, type Transaction } from 'kysely';
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
  const sealed = await inTransaction(db, async (trx) => {
    // Of several starts one after another. Unlike an advisory lock it is waited for without a snapshot, which would
    // have the old rows kept below.
    await sql`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`.execute(trx);
    return sealPlainKeys(trx, keyRing);
  });
  // An update leaves the row as it was on the disk; this writes the table anew without it.
  if (sealed > 0) await pool.query('VACUUM FULL signing_keys');
}

async function sealPlainKeys(trx: Transaction<UserTables>, keyRing: KeyRing): Promise<number> {
  const plain = await trx
    .selectFrom('signing_keys')
    .select(['kid', 'private_jwk'])
    .where('private_jwk', 'is not', null)
    .execute();
  for (const { kid, private_jwk } of plain) {
    const sealed = await sealText(keyRing, JSON.stringify(private_jwk), signingKeyContext(kid));
    await trx
      .updateTable('signing_keys')
      .set({ private_jwk: null, private_sealed: sealed })
      .where('kid', '=', kid)
      .execute();
  }
  return plain.length;
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
