import type { Role } from '@consulta/contracts';
import { tokenAlgorithm, tokenAudience, tokenIssuer, tokenType } from '@consulta/platform/auth';
import { SignJWT } from 'jose';
import type { SigningKey } from './signing-keys.ts';

/** How long an access token lives. Services remember for longer than that whose tokens no longer count. */
export const accessTokenSeconds = 600;

export type TokenClaims = { userId: string; role: Role; sessionId: string };

/** A signed access token (RFC 9068) that is good for `accessTokenSeconds` from `now` on. */
export function signToken(
  { kid, key }: SigningKey,
  claims: TokenClaims,
  now: Temporal.Instant,
): Promise<string> {
  const issuedAt = Math.floor(now.epochMilliseconds / 1000);
  return new SignJWT({ sid: claims.sessionId, role: claims.role })
    .setProtectedHeader({ alg: tokenAlgorithm, typ: tokenType, kid })
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setSubject(claims.userId)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + accessTokenSeconds)
    .sign(key);
}
