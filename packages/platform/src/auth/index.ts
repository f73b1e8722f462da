export {
  accessTokenSeconds,
  type Caller,
  createTokenVerifier,
  type TokenVerifier,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from './auth.ts';
export { remoteKeys } from './remote-keys.ts';
export { followRevocations, type RevocationList, revocationChannel } from './revocations.ts';
export { cutOff, type RightsInUse, rightsInUse } from './rights-in-use.ts';
