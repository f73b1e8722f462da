import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { type Argon2Overrides, createPasswordHasher } from './hasher.ts';

/**
 * Takes a publicly known password from the accounts of an e-mail domain that still have it: they get one that nobody
 * knows, and their sessions end. Answers how many there were.
 */
export async function withdrawPassword(
  { pool, argon2 }: { pool: pg.Pool; argon2?: Argon2Overrides },
  { password, emailDomain }: { password: string; emailDomain: string },
): Promise<number> {
  const hasher = await createPasswordHasher(argon2);
  const { rows } = await pool.query<{ password_hash: string }>(
    "SELECT DISTINCT password_hash FROM users WHERE email LIKE '%@' || $1",
    [emailDomain],
  );
  const known: string[] = [];
  for (const { password_hash: hash } of rows) if (await hasher.verify(hash, password)) known.push(hash);
  if (known.length === 0) return 0;
  const unknown = await hasher.hash(randomBytes(32).toString('base64url'));
  const { rows: counted } = await pool.query<{ accounts: number }>(replace, [emailDomain, known, unknown]);
  return counted[0]?.accounts ?? 0;
}

const replace = `WITH changed AS (
    UPDATE users SET password_hash = $3, updated_at = now()
    WHERE email LIKE '%@' || $1 AND password_hash = ANY($2) RETURNING id
  ), ended AS (
    UPDATE sessions SET ended_at = now() FROM changed
    WHERE user_id = changed.id AND ended_at IS NULL RETURNING sessions.id
  ), revoked AS (INSERT INTO revocations (kind, target_id) SELECT 'session', id FROM ended)
  SELECT count(*)::int AS accounts FROM changed`;
