import { details } from '@consulta/contracts/details';
import { isServiceName, type ServiceName } from '@consulta/contracts/internal/services';
import { SignJWT } from 'jose/jwt/sign';
import { problem } from '../../problems/problem.ts';
import { clockToleranceSeconds, tokenAlgorithm } from '../access-token.ts';
import type { ServiceCredentials, ServiceTokenVerifier } from './identity.ts';
import type { ServiceKeySet } from './key-set.ts';

/** The `typ` of service tokens: no other token passes for one, and they for no other (RFC 8725, 3.11). */
export const serviceTokenType = 'consulta-service+jwt';
/** So long a token may be shown. */
const lifeSeconds = 60;
/** So long one is used again, far enough from its end for every call. */
const reusedMs = 30_000;

/** Signs tokens with a service's own key: one an audience, made again every half minute and when the key changes. */
export function signedCredentials(keys: () => ServiceKeySet): ServiceCredentials {
  type Made = { kid: string; untilMs: number; token: Promise<string> };
  const made = new Map<ServiceName, Made>();
  return {
    tokenFor: (audience) => {
      const { service, signing } = keys();
      const last = made.get(audience);
      if (last?.kid === signing.kid && performance.now() < last.untilMs) return last.token;
      const token = new SignJWT()
        .setProtectedHeader({ alg: tokenAlgorithm, typ: serviceTokenType, kid: signing.kid })
        .setIssuer(service)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${lifeSeconds}s`)
        .sign(signing.key);
      made.set(audience, { kid: signing.kid, untilMs: performance.now() + reusedMs, token });
      return token;
    },
  };
}

/**
 * Verifies service tokens by the public keys of the service that a token says it is from: signature, algorithm, type,
 * audience and age. A verified one is remembered until it ends or its key is withdrawn.
 *
 * @param refresh reads the keys again, for a token of a key that is unknown: it may have been made known just now
 */
export function signedTokenVerifier(
  keys: () => ServiceKeySet,
  refresh: () => Promise<void>,
): ServiceTokenVerifier {
  type Verified = { service: ServiceName; kid: string; expiresAt: number };
  const remembered = new Map<string, Verified>();
  const isGood = ({ service, kid, expiresAt }: Verified) =>
    expiresAt > Date.now() / 1000 - clockToleranceSeconds && keys().publicKeyOf(service, kid) !== undefined;

  return async (token) => {
    const known = remembered.get(token);
    if (known && isGood(known)) return known.service;
    const verified = await verify(token, keys, refresh);
    for (const [old, each] of remembered) if (!isGood(each)) remembered.delete(old);
    remembered.set(token, verified);
    return verified.service;
  };
}

async function verify(token: string, keys: () => ServiceKeySet, refresh: () => Promise<void>) {
  // Who only asks others has nothing to verify, and need not hold what does it in memory.
  const { decodeJwt, decodeProtectedHeader, errors, jwtVerify } = await import('jose');
  try {
    const { iss: service } = decodeJwt(token);
    const { kid } = decodeProtectedHeader(token);
    if (!isServiceName(service) || typeof kid !== 'string') throw refused();
    if (!keys().publicKeyOf(service, kid)) await refresh();
    const key = keys().publicKeyOf(service, kid);
    if (!key) throw refused();
    const { payload } = await jwtVerify(token, key, {
      algorithms: [tokenAlgorithm],
      typ: serviceTokenType,
      issuer: service,
      audience: keys().service,
      maxTokenAge: lifeSeconds,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['iss', 'aud', 'iat', 'exp'],
    });
    return { service, kid, expiresAt: payload.exp ?? 0 };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw refused();
    throw error;
  }
}

const refused = () => problem('unauthorized', details.tokenInvalid);
