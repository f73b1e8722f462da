import type { ServiceName } from '@consulta/contracts/internal/services';

/** How a service shows another who it is. */
export type ServiceCredentials = {
  /** A token to call this service with, which no other one accepts. Cheap: one serves many calls. */
  tokenFor: (audience: ServiceName) => Promise<string>;
};

/** Which service sent a token. Throws 401 for one that does not tell, or is not meant for this service. */
export type ServiceTokenVerifier = (token: string) => Promise<ServiceName>;
