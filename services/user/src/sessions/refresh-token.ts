import { createHash, randomBytes } from 'node:crypto';

/** A refresh token: 256 random bits, and the hash that is stored in its place. */
export function newRefreshToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfRefreshToken(token) };
}

/** SHA-256 is enough for a secret of 256 random bits: there is nothing to guess. */
export const hashOfRefreshToken = (token: string): Buffer => createHash('sha256').update(token).digest();
