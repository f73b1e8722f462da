export { bodyBytesMax } from './body-limit.ts';
export { connectionsPerNetworkMax } from './connection-caps.ts';
export type { Counters } from './counters.ts';
export { type Declaration, declaredOf, type JsonSchema, type RouteSchema } from './declaration.ts';
export { digestOf, etagOf, versionsAccepted } from './entity-tag.ts';
export { callerOf, createInternalApp, createPublicApp } from './entrances.ts';
export { healthRoutes } from './health.ts';
export {
  exclusively,
  forgetOldKeys,
  gone,
  type IdempotencyKey,
  idempotencyKeyOf,
  isFirstUse,
  isKnown,
  once,
  recallKey,
  rememberKey,
} from './idempotency.ts';
export { serve } from './internal-routes.ts';
export { isLoopback } from './loopback.ts';
export { networkOf } from './network.ts';
export { originsAccepted, originsOf } from './origins.ts';
export {
  decodeCursor,
  encodeCursor,
  isIdentity,
  isInstant,
  isInteger32,
  isIntegerBetween,
  isStoredText,
  pageOf,
  type RowPage,
} from './pages.ts';
export { addressOf, proxiesAccepted, type TrustsProxy, trustedProxies } from './proxies.ts';
export { networkPerMinute } from './rate-limits.ts';
export type { DeployedRoute, Routes } from './route.ts';
export { createServiceClient, type ServiceClient } from './service-client.ts';
export { httpTransport } from './transport.ts';
