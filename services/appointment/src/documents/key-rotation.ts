import { assertNothingSealed, type KeyRing, rewrap, type SealedColumn } from '@consulta/platform/encryption';
import type pg from 'pg';
import { contentContext, nameContext } from './files/encrypted-content.ts';
import { reportContext } from './medical-reports/report-content.ts';

/** Where AppointmentDB keeps what is encrypted; a start checks that the key of every row is at hand. */
export const encryptedColumns: readonly SealedColumn[] = [
  { table: 'files', column: 'name_sealed' },
  { table: 'files', column: 'content_key' },
  { table: 'medical_report_versions', column: 'content_sealed' },
];

/**
 * Throws when anything is encrypted, or the audit trail chained, under keys of a key file: then it must come back
 * from its backup, and not be made anew.
 */
export async function assertNoKeysNeeded(pool: pg.Pool): Promise<void> {
  await assertNothingSealed(pool, encryptedColumns);
  const { rowCount } = await pool.query('SELECT FROM audit_entries WHERE position IS NOT NULL LIMIT 1');
  if (rowCount !== 0) throw new Error('the key that chains the audit trail is missing');
}

type Sealed = { id: string; version: number; sealed: Buffer };
type Place = SealedColumn & { ids: string; where: string; contextOf: (row: Sealed) => string };

const file = { table: 'files', ids: 'id, 0 AS version', where: 'id = $1 AND 0 = $2::integer' };
const places: Place[] = [
  { ...file, column: 'name_sealed', contextOf: ({ id }) => nameContext(id) },
  { ...file, column: 'content_key', contextOf: ({ id }) => contentContext(id) },
  {
    table: 'medical_report_versions',
    column: 'content_sealed',
    ids: 'report_id AS id, version',
    where: 'report_id = $1 AND version = $2',
    contextOf: ({ id, version }) => reportContext(id, version),
  },
];

const batchMax = 500;

/**
 * Wraps every data key that is under an older key anew under the current one, while all goes on being read and
 * written. Afterwards no row depends on the older keys. Contents are not touched. Answers how many were wrapped.
 */
export async function rewrapDocuments(pool: pg.Pool, keyRing: KeyRing): Promise<number> {
  let total = 0;
  for (const place of places) {
    for (let done = batchMax; done === batchMax; ) {
      done = await rewrapBatch(pool, keyRing, place);
      total += done;
    }
  }
  return total;
}

async function rewrapBatch(pool: pg.Pool, keyRing: KeyRing, place: Place): Promise<number> {
  const { table, column, ids, where, contextOf } = place;
  const current = Buffer.from(await keyRing.currentKeyId(), 'hex');
  const { rows } = await pool.query<Sealed>(
    `SELECT ${ids}, ${column} AS sealed FROM ${table}
     WHERE substring(${column}, 2, 8) < $1 OR substring(${column}, 2, 8) > $1 LIMIT ${batchMax}`,
    [current],
  );
  for (const row of rows) {
    const wrapped = await rewrap(keyRing, row.sealed, contextOf(row));
    if (!wrapped) continue;
    await pool.query(`UPDATE ${table} SET ${column} = $3 WHERE ${where} AND ${column} = $4`, [
      row.id,
      row.version,
      wrapped,
      row.sealed,
    ]);
  }
  return rows.length;
}
