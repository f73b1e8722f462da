import { isUuid, type Role } from '@consulta/contracts';
import { details } from '@consulta/contracts/details';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { problem } from '../problems/problem.ts';
import {
  type Caller,
  clockToleranceSeconds,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from './access-token.ts';
import type { RevocationList } from './revocations.ts';

/** Answers at once for a token that it remembers; most requests bring one. */
export type TokenVerifier = (token: string) => Caller | Promise<Caller>;

/**
 * Verifies access tokens: signature, algorithm, type, issuer, audience, times, and that neither session nor
 * user was revoked. The clock of whoever signed may differ by 5 s. A verified token is remembered until it expires;
 * revocation is checked every time.
 */
export function createTokenVerifier(options: {
  keys: JWTVerifyGetKey;
  revocations: Pick<RevocationList, 'assertFresh' | 'assertSignedIn'>;
  rememberedMax?: number;
}): TokenVerifier {
  const remembered = new LRUCache<string, Caller>({ max: options.rememberedMax ?? 50_000 });
  const stillSignedIn = (caller: Caller) => {
    const isOver = caller.expiresAt + clockToleranceSeconds <= Date.now() / 1000;
    if (isOver) throw problem('unauthorized', details.tokenExpired);
    options.revocations.assertSignedIn(caller);
    return caller;
  };
  const verifyAndRemember = async (token: string) => {
    const caller = await verify(token, options.keys);
    remembered.set(token, caller);
    return stillSignedIn(caller);
  };
  return (token) => {
    options.revocations.assertFresh();
    const caller = remembered.get(token);
    return caller ? stillSignedIn(caller) : verifyAndRemember(token);
  };
}

async function verify(token: string, keys: JWTVerifyGetKey): Promise<Caller> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [tokenAlgorithm],
      issuer: tokenIssuer,
      audience: tokenAudience,
      typ: tokenType,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['sub', 'sid', 'role', 'iat', 'nbf', 'exp'],
    });
    const { sub, sid, role, iat, exp } = payload;
    if (!isUuid(sub) || !isUuid(sid) || !isRole(role) || iat === undefined || exp === undefined) {
      throw problem('unauthorized', details.tokenLacksClaim);
    }
    return { userId: sub, sessionId: sid, role, issuedAt: iat, expiresAt: exp };
  } catch (error) {
    if (error instanceof errors.JOSEError) throw problem('unauthorized', details.tokenInvalid);
    throw error;
  }
}

const isRole = (value: unknown): value is Role =>
  value === 'patient' || value === 'doctor' || value === 'admin';
