import type { FastifyInstance } from 'fastify';
import type { DeployedRoute } from '../http/route.ts';
import type { HostOptions, PublicEntrance } from './options.ts';
import { plainEntrance } from './plain-entrance.ts';
import { type Readiness, readinessOf } from './readiness.ts';
import type { Service } from './service.ts';

export type Hosted = {
  url: string;
  internalUrl: string;
  /** The public entrance. */
  app: FastifyInstance | undefined;
  routes: DeployedRoute[];
  /** From now on it counts as ready. */
  ready: () => void;
};

/** What is under way when stopping begins is answered within this time or cut off. */
const drainMs = 3_000;

/**
 * Mounts services and starts them: first the internal entrance, by which they reach one another, then the list of
 * revoked sessions and the keys of access tokens, the services, and last the public entrance. `stops` ends all that in the opposite order.
 */
export async function host(services: Service[], options: HostOptions): Promise<Hosted> {
  const { stops, onStep = () => {} } = options;
  const state = { started: false };
  const lacks = [options, ...services].map(({ lack }) => lack).filter((lack) => lack !== undefined);
  const readiness = readinessOf({ state, databases: options.databases, lacks });

  const internal = await internalEntrance(services, options, readiness);
  stops.add('internal entrance', 200, () => internal.close(100));
  const internalUrl = await internal.listen();
  await onStep('internal entrance open');

  const entrance = options.public && (await publicEntrance(services, options, options.public, readiness));
  for (const { name, stopMs, start, stop } of services) {
    stops.add(name, stopMs, stop);
    await start();
  }
  stops.add('public entrance', drainMs + 200, () => {
    state.started = false;
    for (const { drain } of services) drain?.();
    return entrance?.close(drainMs);
  });
  const url = (await entrance?.listen()) ?? internalUrl;
  if (entrance) await onStep('public entrance open');
  const ready = () => {
    state.started = true;
  };
  return { url, internalUrl, app: entrance?.app, routes: entrance?.app.routeTable ?? [], ready };
}

/** Workers have no routes: what serves them, and only that, need not be loaded. */
async function internalEntrance(services: Service[], options: HostOptions, readiness: Readiness) {
  const routed = services.some(({ internalRoutes, rootRoutes }) => internalRoutes ?? rootRoutes);
  if (!options.public && !routed) {
    return plainEntrance(options.internal, options.metrics, readiness);
  }
  const { routedInternalEntrance } = await import('./entrances.ts');
  return routedInternalEntrance(services, options, readiness);
}

async function publicEntrance(
  services: Service[],
  options: HostOptions,
  outside: PublicEntrance,
  readiness: Readiness,
) {
  options.stops.add('revocations', 100, outside.revocations.stop);
  await outside.revocations.start();
  const { routedPublicEntrance } = await import('./entrances.ts');
  return routedPublicEntrance(services, { ...options, public: outside }, readiness);
}
