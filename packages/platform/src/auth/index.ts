export {
  type Caller,
  clockToleranceSeconds,
  revocationsKeptSeconds,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from './access-token.ts';
export { remoteKeys } from './remote-keys.ts';
export { type RevocationFeed, type RevocationList, revocationFeed } from './revocations.ts';
export { cutOff, type RightsInUse, rightsInUse } from './rights-in-use.ts';
export type { ServiceCredentials, ServiceTokenVerifier } from './services/identity.ts';
export { inProcessServices } from './services/in-process.ts';
export { createTokenVerifier, type TokenVerifier } from './token-verifier.ts';
