import type { Role } from '@consulta/contracts';

export const tokenIssuer = 'consulta';
export const tokenAudience = 'consulta-api';
/** RFC 9068: the `typ` of access tokens, so that no other kind of token passes for one. */
export const tokenType = 'at+jwt';
/** RS256 verifies fastest of the asymmetric algorithms at hand; the list allows nothing else. */
export const tokenAlgorithm = 'RS256';
/** So far another machine's clock may be from this one's. */
export const clockToleranceSeconds = 5;
/** So long services remember whose access tokens no longer count: longer than one lives. */
export const revocationsKeptSeconds = 660;

/** Who calls: from a verified access token. `issuedAt` and `expiresAt` are Unix seconds. */
export type Caller = { userId: string; role: Role; sessionId: string; issuedAt: number; expiresAt: number };
