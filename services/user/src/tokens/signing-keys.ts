import { tokenAlgorithm } from '@consulta/platform/auth';
import { advisoryLocks, inTransaction } from '@consulta/platform/database';
import { type KeyRing, openText, sealText } from '@consulta/platform/encryption';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../tables.ts';

export type SigningKey = { kid: string; key: CryptoKey | Uint8Array };

/** For what a signing key's private half is encrypted: it opens in no other one's place. */
export const signingKeyContext = (kid: string) => `signing-key:${kid}`;

/**
 * The newest signing key; the first start of all makes it, one process alone. Throws `KeyMissing` or `SealBroken`
 * when the key ring does not open it.
 */
export async function ensureSigningKey(db: Kysely<UserTables>, keyRing: KeyRing): Promise<SigningKey> {
  const newest = await readNewest(db, keyRing);
  if (newest) return newest;
  return inTransaction(db, async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${advisoryLocks.signingKeyCreation})`.execute(trx);
    return (await readNewest(trx, keyRing)) ?? (await createKey(trx, keyRing));
  });
}

async function readNewest(db: Kysely<UserTables>, keyRing: KeyRing): Promise<SigningKey | undefined> {
  const row = await db
    .selectFrom('signing_keys')
    .select(['kid', 'private_sealed'])
    .where('private_sealed', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row?.private_sealed) return undefined;
  const jwk: JWK = JSON.parse(await openText(keyRing, row.private_sealed, signingKeyContext(row.kid)));
  return { kid: row.kid, key: await importJWK(jwk, tokenAlgorithm) };
}

async function createKey(db: Kysely<UserTables>, keyRing: KeyRing): Promise<SigningKey> {
  const pair = await generateKeyPair(tokenAlgorithm, { extractable: true, modulusLength: 2048 });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const described = { ...publicJwk, kid, alg: tokenAlgorithm, use: 'sig' };
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  const sealed = await sealText(keyRing, privateJwk, signingKeyContext(kid));
  await db
    .insertInto('signing_keys')
    .values({ kid, public_jwk: JSON.stringify(described), private_sealed: sealed })
    .execute();
  return { kid, key: pair.privateKey };
}

/** The public halves of all keys, newest first (RFC 7517). */
export async function readPublicKeys(db: Kysely<UserTables>): Promise<JWK[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select('public_jwk')
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => row.public_jwk);
}
