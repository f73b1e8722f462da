import type { ServiceTokenVerifier } from '../auth/services/identity.ts';

/** Where an entrance listens; `loopback` when only this machine reaches it. */
export type Place = { host: string; port: number; loopback: boolean };

/** For other services and the operators: health, metrics, internal routes. */
export type InternalPlace = Place & { verifyService: ServiceTokenVerifier };
