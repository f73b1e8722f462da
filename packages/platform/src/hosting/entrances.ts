import type { FastifyInstance } from 'fastify';
import { remoteKeys } from '../auth/remote-keys.ts';
import { createTokenVerifier } from '../auth/token-verifier.ts';
import { type Closing, closingOf, portsOf } from '../http/closing.ts';
import { createInternalApp, createPublicApp } from '../http/entrances.ts';
import { healthRoutes } from '../http/health.ts';
import { documentationRoutes } from '../openapi/pages/index.ts';
import { listenFault } from './listen-fault.ts';
import type { HostOptions, PublicEntrance } from './options.ts';
import type { Place } from './place.ts';
import { portOf } from './port.ts';
import type { Readiness } from './readiness.ts';
import type { Service } from './service.ts';

/**
 * Connections that the kernel holds until the event loop takes them, as far as it allows (`net.core.somaxconn`, 4,096 on
 * Linux): a caller beyond Node's default of 511 would try again only after a second.
 */
const connectionsToTakeMax = 4096;

/** An application behind an address; `listen` answers its URL. */
export type Entrance = Closing & { app: FastifyInstance; listen: () => Promise<string> };

/** The services' internal routes, for the internal entrance to hand requests to. */
export async function internalRoutes(
  services: Service[],
  { log, metrics, internal }: HostOptions,
): Promise<FastifyInstance> {
  const app = createInternalApp({ log, metrics, ...internal });
  for (const { internalRoutes, rootRoutes } of services) {
    if (internalRoutes) await app.register(internalRoutes);
    if (rootRoutes) await app.register(rootRoutes);
  }
  await app.ready();
  return app;
}

/** Health, the documents and the services' public routes. */
export async function routedPublicEntrance(
  services: Service[],
  { log, metrics, stops, public: outside }: HostOptions & { public: PublicEntrance },
  readiness: Readiness,
): Promise<Entrance> {
  const { keysUrl, revocations, https, documentation = 'own', ...entrance } = outside;
  const keys = remoteKeys(keysUrl, { log });
  stops.add('keys of access tokens', 10, keys.stop);
  await keys.start();
  const verifyToken = createTokenVerifier({ keys: keys.find, revocations });
  const secure = https ? { https } : {};
  const app = await createPublicApp({ log, metrics, verifyToken, ...entrance, ...secure });
  await app.register(healthRoutes(readiness.missing));
  if (documentation !== 'elsewhere') await app.register(documentationRoutes(documentation));
  for (const { name, rootRoutes, publicRoutes } of services) {
    const before = app.routeTable.length;
    if (rootRoutes) await app.register(rootRoutes);
    if (publicRoutes) await app.register(publicRoutes, { prefix: '/api/v1' });
    for (const route of app.routeTable.slice(before)) route.service = name;
  }
  await app.ready();
  return entranceOf(app, outside, https ? 'https' : 'http');
}

function entranceOf(app: FastifyInstance, place: Place, scheme: 'http' | 'https'): Entrance {
  const closing = closingOf({ ports: () => portsOf(app), close: () => app.close() });
  const listen = async () => {
    const { port: asked, host } = place;
    await app.listen({ port: asked, host, backlog: connectionsToTakeMax }).catch((error: unknown) => {
      throw listenFault(error, place, '');
    });
    const port = portOf(app.server);
    return `${scheme}://${place.host === '127.0.0.1' ? place.host : 'localhost'}:${port}`;
  };
  return { app, listen, ...closing };
}
