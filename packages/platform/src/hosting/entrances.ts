import type { FastifyInstance } from 'fastify';
import { remoteKeys } from '../auth/remote-keys.ts';
import { createTokenVerifier } from '../auth/token-verifier.ts';
import { closingOf } from '../http/closing.ts';
import { createInternalApp, createPublicApp } from '../http/entrances.ts';
import { healthRoutes, metricsRoutes } from '../http/health.ts';
import { documentationRoutes } from '../openapi/pages/index.ts';
import { listenFault } from './listen-fault.ts';
import type { HostOptions, Place, PublicEntrance } from './options.ts';
import { portOf } from './port.ts';
import type { Readiness } from './readiness.ts';
import type { Service } from './service.ts';

/**
 * Connections that the kernel holds until the event loop takes them, as far as it allows (`net.core.somaxconn`, 4,096 on
 * Linux): a caller beyond Node's default of 511 would try again only after a second.
 */
const connectionsToTakeMax = 4096;

/** An application behind an address; `listen` answers its URL. */
export type Entrance = {
  app: FastifyInstance;
  listen: () => Promise<string>;
  /** Takes nothing more, and cuts off after `graceMs` what is still under way. */
  close: (graceMs: number) => Promise<void>;
};

/** Health, metrics and the services' internal routes. */
export async function routedInternalEntrance(
  services: Service[],
  { log, metrics, internal }: HostOptions,
  readiness: Readiness,
): Promise<Entrance> {
  const app = createInternalApp({ log, metrics, ...internal });
  for (const { internalRoutes, rootRoutes } of services) {
    if (internalRoutes) await app.register(internalRoutes);
    if (rootRoutes) await app.register(rootRoutes);
  }
  await app.register(healthRoutes(readiness));
  await app.register(metricsRoutes(metrics));
  return entranceOf(app, internal, { scheme: 'http', variables: 'INTERNAL_' });
}

/** Health, the documents and the services' public routes. */
export async function routedPublicEntrance(
  services: Service[],
  { log, metrics, stops, public: outside }: HostOptions & { public: PublicEntrance },
  readiness: Readiness,
): Promise<Entrance> {
  const { keysUrl, revocations, https, ...entrance } = outside;
  const keys = remoteKeys(keysUrl, { log });
  stops.add('keys of access tokens', 10, keys.stop);
  await keys.start();
  const verifyToken = createTokenVerifier({ keys: keys.find, revocations });
  const secure = https ? { https } : {};
  const app = await createPublicApp({ log, metrics, verifyToken, ...entrance, ...secure });
  await app.register(healthRoutes(readiness));
  await app.register(documentationRoutes);
  for (const { name, rootRoutes, publicRoutes } of services) {
    const before = app.routeTable.length;
    if (rootRoutes) await app.register(rootRoutes);
    if (publicRoutes) await app.register(publicRoutes, { prefix: '/api/v1' });
    for (const route of app.routeTable.slice(before)) route.service = name;
  }
  await app.ready();
  return entranceOf(app, outside, { scheme: https ? 'https' : 'http', variables: '' });
}

function entranceOf(
  app: FastifyInstance,
  place: Place,
  { scheme, variables }: { scheme: string; variables: '' | 'INTERNAL_' },
): Entrance {
  const close = closingOf(app);
  const listen = async () => {
    const { port: asked, host } = place;
    await app.listen({ port: asked, host, backlog: connectionsToTakeMax }).catch((error: unknown) => {
      throw listenFault(error, place, variables);
    });
    const port = portOf(app.server);
    return `${scheme}://${place.host === '127.0.0.1' ? place.host : 'localhost'}:${port}`;
  };
  return { app, listen, close };
}
