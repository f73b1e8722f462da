import type { Role } from '@consulta/contracts';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { isUuid } from '../http/cursor.ts';
import { problem } from '../problems/problem.ts';
import type { RevocationList } from './revocations.ts';

export const tokenIssuer = 'consulta';
export const tokenAudience = 'consulta-api';
/** RFC 9068: the `typ` of access tokens, so that no other kind of token passes for one. */
export const tokenType = 'at+jwt';
/** RS256 verifies fastest of the asymmetric algorithms at hand; the list allows nothing else. */
export const tokenAlgorithm = 'RS256';
export const accessTokenSeconds = 600;

/** Who calls: from a verified access token. `issuedAt` and `expiresAt` are Unix seconds. */
export type Caller = { userId: string; role: Role; sessionId: string; issuedAt: number; expiresAt: number };

export type TokenVerifier = (token: string) => Promise<Caller>;

/**
 * Verifies access tokens: signature, algorithm, type, issuer, audience, times, and that neither session nor
 * user was revoked. A verified token is remembered until it expires; revocation is checked every time.
 */
export function createTokenVerifier(options: {
  keys: JWTVerifyGetKey;
  revocations: Pick<RevocationList, 'assertFresh' | 'assertSignedIn'>;
  rememberedMax?: number;
}): TokenVerifier {
  const remembered = new LRUCache<string, Caller>({ max: options.rememberedMax ?? 50_000 });
  return async (token) => {
    options.revocations.assertFresh();
    let caller = remembered.get(token);
    if (!caller) {
      caller = await verify(token, options.keys);
      remembered.set(token, caller);
    }
    if (caller.expiresAt <= Date.now() / 1000) throw problem('unauthorized', 'The access token has expired');
    options.revocations.assertSignedIn(caller);
    return caller;
  };
}

async function verify(token: string, keys: JWTVerifyGetKey): Promise<Caller> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [tokenAlgorithm],
      issuer: tokenIssuer,
      audience: tokenAudience,
      typ: tokenType,
      requiredClaims: ['sub', 'sid', 'role', 'iat', 'nbf', 'exp'],
    });
    const { sub, sid, role, iat, exp } = payload;
    if (!isUuid(sub) || !isUuid(sid) || !isRole(role) || iat === undefined || exp === undefined) {
      throw problem('unauthorized', 'The access token lacks a claim');
    }
    return { userId: sub, sessionId: sid, role, issuedAt: iat, expiresAt: exp };
  } catch (error) {
    if (error instanceof errors.JOSEError) throw problem('unauthorized', 'The access token is not valid');
    throw error;
  }
}

const isRole = (value: unknown): value is Role =>
  value === 'patient' || value === 'doctor' || value === 'admin';
