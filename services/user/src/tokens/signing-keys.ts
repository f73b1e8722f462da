import type { Role } from '@consulta/contracts';
import {
  accessTokenSeconds,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from '@consulta/platform/auth';
import { advisoryLocks, inTransaction } from '@consulta/platform/database';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from 'jose';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../tables.ts';

export type SigningKey = { kid: string; key: CryptoKey | Uint8Array };
export type TokenClaims = { userId: string; role: Role; sessionId: string };

/** The newest signing key; the first start of all makes it, one process alone. */
export async function ensureSigningKey(db: Kysely<UserTables>): Promise<SigningKey> {
  const newest = await readNewest(db);
  if (newest) return newest;
  return inTransaction(db, async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${advisoryLocks.signingKeyCreation})`.execute(trx);
    return (await readNewest(trx)) ?? (await createKey(trx));
  });
}

async function readNewest(db: Kysely<UserTables>): Promise<SigningKey | undefined> {
  const row = await db
    .selectFrom('signing_keys')
    .select(['kid', 'private_jwk'])
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { kid: row.kid, key: await importJWK(row.private_jwk, tokenAlgorithm) };
}

async function createKey(db: Kysely<UserTables>): Promise<SigningKey> {
  const pair = await generateKeyPair(tokenAlgorithm, { extractable: true, modulusLength: 2048 });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const described = { ...publicJwk, kid, alg: tokenAlgorithm, use: 'sig' };
  await db
    .insertInto('signing_keys')
    .values({
      kid,
      public_jwk: JSON.stringify(described),
      private_jwk: JSON.stringify(await exportJWK(pair.privateKey)),
    })
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

/** A signed access token (RFC 9068) that is good for `accessTokenSeconds` from now. */
export function signToken({ kid, key }: SigningKey, claims: TokenClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sid: claims.sessionId, role: claims.role })
    .setProtectedHeader({ alg: tokenAlgorithm, typ: tokenType, kid })
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setSubject(claims.userId)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + accessTokenSeconds)
    .sign(key);
}
