import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { platformMigrations, queryBuilder } from '@consulta/platform/database';
import { openKeyRingFile, rotateKeyFile } from '@consulta/platform/embedded';
import { KeyMissing } from '@consulta/platform/encryption';
import { createTestDatabase } from '@consulta/platform/testing';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { userMigrations } from '../index.ts';
import type { UserTables } from '../tables.ts';
import { signToken } from './access-token.ts';
import { assertNoSigningKeysSealed, rewrapSigningKeys, sealSigningKeys } from './key-rotation.ts';
import { ensureSigningKey, readPublicKeys, type SigningKey } from './signing-keys.ts';

const database = await createTestDatabase([platformMigrations, userMigrations]);
const { pool } = database;
const db = queryBuilder<UserTables>(pool);
const folder = await mkdtemp(join(tmpdir(), 'consulta-signing-keys-'));
const keysFile = join(folder, 'keys.json');
const keyRing = await openKeyRingFile(keysFile);
after(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => pool.query('DELETE FROM signing_keys'));

/** Everything in the database's tables, and what the files of the keys' table still hold. */
async function everythingStored(): Promise<string> {
  await pool.query('CHECKPOINT');
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await pool.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      return rows.map(({ text }) => text).join('\n');
    }),
  );
  const { rows: files } = await pool.query<{ bytes: Buffer }>(
    `SELECT pg_read_binary_file(pg_relation_filepath(c)) AS bytes FROM
       (SELECT 'signing_keys'::regclass AS c UNION ALL
        SELECT reltoastrelid::regclass FROM pg_class WHERE oid = 'signing_keys'::regclass) AS places`,
  );
  return [...texts, ...files.map(({ bytes }) => bytes.toString('latin1'))].join('\n');
}

/** As versions before stored it. */
async function insertPlainKey(): Promise<{ kid: string; secret: JWK }> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const secret = await exportJWK(pair.privateKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  await pool.query('INSERT INTO signing_keys (kid, public_jwk, private_jwk) VALUES ($1, $2, $3)', [
    ...[kid, JSON.stringify({ ...publicJwk, kid, alg: 'RS256', use: 'sig' }), JSON.stringify(secret)],
  ]);
  return { kid, secret };
}

async function assertSigns(key: SigningKey): Promise<void> {
  const claims = { userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), role: 'patient' } as const;
  const token = await signToken(key, claims, Temporal.Now.instant());
  const publicKey = (await readPublicKeys(db)).find(({ kid }) => kid === key.kid);
  assert.ok(publicKey);
  assert.equal((await jwtVerify(token, publicKey)).payload.sub, claims.userId);
}

const secretParts = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

test('no private half of a key that the service makes stands in clear in the database', async () => {
  const { kid, key } = await ensureSigningKey(db, keyRing);
  assert.ok(!(key instanceof Uint8Array));
  const secret = await exportJWK(key);
  const stored = await everythingStored();
  assert.ok(stored.includes(kid));
  for (const part of secretParts) assert.ok(secret[part] && !stored.includes(secret[part]), part);
  assert.doesNotMatch(stored, /"(d|p|q|dp|dq|qi)"/);
});

test('a key that an older version left in clear is encrypted at the start and goes on signing', async () => {
  const { kid, secret } = await insertPlainKey();
  assert.ok((await everythingStored()).includes(secret.d ?? 'none'));
  await Promise.all([sealSigningKeys(pool, keyRing), sealSigningKeys(pool, keyRing)]);
  const stored = await everythingStored();
  for (const part of secretParts) assert.ok(secret[part] && !stored.includes(secret[part]), part);
  const key = await ensureSigningKey(db, keyRing);
  assert.equal(key.kid, kid);
  await assertSigns(key);
});

test('a start without the key that opens the signing keys is refused, and makes no other key file', async () => {
  await assertNoSigningKeysSealed(pool);
  await ensureSigningKey(db, keyRing);
  const stranger = await openKeyRingFile(join(folder, 'another.json'));
  await assert.rejects(sealSigningKeys(pool, stranger), KeyMissing);
  await assert.rejects(ensureSigningKey(db, stranger), KeyMissing);
  await assert.rejects(assertNoSigningKeysSealed(pool), KeyMissing);
});

test('a rotation wraps the keys anew; they stay the same and nothing depends on the older key', async () => {
  const { kid } = await ensureSigningKey(db, keyRing);
  const current = await rotateKeyFile(keysFile);
  await keyRing.reload();
  assert.equal(await rewrapSigningKeys(pool, keyRing), 1);
  assert.equal(await rewrapSigningKeys(pool, keyRing), 0);
  const { rows } = await pool.query(
    "SELECT encode(substring(private_sealed, 2, 8), 'hex') AS key FROM signing_keys",
  );
  assert.deepEqual(rows, [{ key: current }]);
  const key = await ensureSigningKey(db, keyRing);
  assert.equal(key.kid, kid);
  await assertSigns(key);
});

test('a key moved to the place of another does not open', async () => {
  const { kid } = await ensureSigningKey(db, keyRing);
  await pool.query("UPDATE signing_keys SET kid = 'another' WHERE kid = $1", [kid]);
  await assert.rejects(ensureSigningKey(db, keyRing), { name: 'SealBroken' });
});
