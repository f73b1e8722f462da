export {
  type Caller,
  revocationsKeptSeconds,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from './access-token.ts';
export { remoteKeys } from './remote-keys.ts';
export { type RevocationFeed, type RevocationList, revocationFeed } from './revocations.ts';
export { cutOff, type RightsInUse, rightsInUse } from './rights-in-use.ts';
export { createTokenVerifier, type TokenVerifier } from './token-verifier.ts';
