import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { decryptOnce, encryptOnce, KeyMissing, type KeyRing, keyBytes, SealBroken } from './key-ring.ts';

/*
 * Envelope encryption. Every object has a data key of its own, stored wrapped by a key-encryption key:
 *
 *   wrapped key   version (1 byte) · key id (8) · length (2) · wrapped data key
 *   sealed text   wrapped key · nonce (12) · ciphertext · tag (16)
 *
 * `context` names the object (`medical-report:<id>:<version>`) and is authenticated, so that nothing opens in
 * another's place. The key id stands at a fixed place, so that SQL can tell which keys are in use.
 */

const version = 1;
const headBytes = 11;

/** A fresh data key and the form to store it in. */
export async function newDataKey(
  ring: KeyRing,
  context: string,
): Promise<{ dataKey: Buffer; wrapped: Buffer }> {
  const dataKey = randomBytes(keyBytes);
  return { dataKey, wrapped: await wrapDataKey(ring, dataKey, context) };
}

/** Opens a stored data key; throws {@link KeyMissing} or {@link SealBroken}. */
export async function openDataKey(ring: KeyRing, wrapped: Buffer, context: string): Promise<Buffer> {
  const { keyId, wrappedKey } = splitSealed(wrapped);
  return ring.unwrap(keyId, wrappedKey, context);
}

/** Encrypts a small text under a data key of its own. */
export async function sealText(ring: KeyRing, plain: string, context: string): Promise<Buffer> {
  const { dataKey, wrapped } = await newDataKey(ring, context);
  return Buffer.concat([wrapped, encryptOnce(dataKey, Buffer.from(plain), context)]);
}

/** The reverse of {@link sealText}; throws {@link KeyMissing} or {@link SealBroken}. */
export async function openText(ring: KeyRing, sealed: Buffer, context: string): Promise<string> {
  const { keyId, wrappedKey, content } = splitSealed(sealed);
  const dataKey = await ring.unwrap(keyId, wrappedKey, context);
  return decryptOnce(dataKey, content, context).toString('utf8');
}

/**
 * Wraps the data key of a sealed text or of a stored data key anew under the current key; the content stays
 * as it is. Undefined when it is under the current key already.
 */
export async function rewrap(ring: KeyRing, sealed: Buffer, context: string): Promise<Buffer | undefined> {
  const { keyId, wrappedKey, content } = splitSealed(sealed);
  if (keyId === (await ring.currentKeyId())) return undefined;
  const dataKey = await ring.unwrap(keyId, wrappedKey, context);
  return Buffer.concat([await wrapDataKey(ring, dataKey, context), content]);
}

async function wrapDataKey(ring: KeyRing, dataKey: Buffer, context: string): Promise<Buffer> {
  const { keyId, wrapped } = await ring.wrap(dataKey, context);
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(version, 0);
  head.write(keyId, 1, 'hex');
  head.writeUInt16BE(wrapped.length, 9);
  return Buffer.concat([head, wrapped]);
}

function splitSealed(sealed: Buffer): { keyId: string; wrappedKey: Buffer; content: Buffer } {
  if (sealed.length < headBytes || sealed.readUInt8(0) !== version) throw new SealBroken();
  const end = headBytes + sealed.readUInt16BE(9);
  if (sealed.length < end) throw new SealBroken();
  const keyId = sealed.toString('hex', 1, 9);
  return { keyId, wrappedKey: sealed.subarray(headBytes, end), content: sealed.subarray(end) };
}

/** A column that holds sealed texts or stored data keys; index it on `substring(column, 2, 8)`. */
export type SealedColumn = { table: string; column: string };

/** The ids of the key-encryption keys that rows depend on, by one index probe per key. */
export async function keyIdsInUse(pool: pg.Pool, { table, column }: SealedColumn): Promise<string[]> {
  const [from, id] = [pg.escapeIdentifier(table), `substring(${pg.escapeIdentifier(column)}, 2, 8)`];
  const { rows } = await pool.query<{ id: Buffer }>(`WITH RECURSIVE used AS (
      (SELECT ${id} AS id FROM ${from} ORDER BY 1 LIMIT 1)
      UNION ALL
      SELECT (SELECT ${id} FROM ${from} WHERE ${id} > used.id ORDER BY 1 LIMIT 1) FROM used WHERE used.id IS NOT NULL
    ) SELECT id FROM used WHERE id IS NOT NULL`);
  return rows.map((row) => row.id.toString('hex'));
}

/**
 * Throws {@link KeyMissing} when rows exist that no key of the ring opens: call it at the start, so that a
 * process with the wrong key file never runs.
 */
export async function assertKeysPresent(
  pool: pg.Pool,
  ring: KeyRing,
  columns: readonly SealedColumn[],
): Promise<void> {
  for (const column of columns) {
    for (const keyId of await keyIdsInUse(pool, column)) {
      if (!(await ring.has(keyId))) throw new KeyMissing(keyId);
    }
  }
}

/**
 * Throws {@link KeyMissing} when rows exist that some key encrypted: then a new key file would open nothing, and
 * the lost one must come back from its backup.
 */
export async function assertNothingSealed(pool: pg.Pool, columns: readonly SealedColumn[]): Promise<void> {
  for (const column of columns) {
    const [keyId] = await keyIdsInUse(pool, column);
    if (keyId !== undefined) throw new KeyMissing(keyId);
  }
}
