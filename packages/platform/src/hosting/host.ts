import { setTimeout as sleep } from 'node:timers/promises';
import { details } from '@consulta/contracts/details';
import type { FastifyInstance } from 'fastify';
import { revocationsAge } from '../auth/metrics.ts';
import type { DeployedRoute } from '../http/route.ts';
import type { Entrance } from './entrances.ts';
import { type InternalEntrance, openInternalEntrance } from './internal-entrance.ts';
import type { HostOptions, PublicEntrance } from './options.ts';
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
  const inside = options.inside ?? (await openInternalEntrance(options));
  const isRouted = await routeInside(services, options, inside);
  await onStep('internal entrance open');

  const entrance = options.public && (await publicEntrance(services, options, options.public, inside));
  for (const { name, stopMs, start, stop } of services) {
    stops.add(name, stopMs, stop);
    await start();
  }
  const lingerMs = entrance || isRouted ? (options.lingerMs ?? 0) : 0;
  stops.add('requests', lingerMs + drainMs + 200, () => drain(services, { entrance, inside, lingerMs }));
  const url = (await entrance?.listen()) ?? inside.url;
  if (entrance) await onStep('public entrance open');
  const { databases, lack, parts = [] } = options;
  inside.report(parts);
  const lacks = [lack, ...services.map((service) => service.lack)].filter((each) => each !== undefined);
  const ready = () => inside.readiness.started({ databases, lacks });
  return { url, internalUrl: inside.url, app: entrance?.app, routes: entrance?.app.routeTable ?? [], ready };
}

type Entrances = { entrance: Entrance | undefined; inside: InternalEntrance; lingerMs: number };

/**
 * Counts as not ready at once, and goes on serving for as long as those who send requests may take to notice: they are
 * told with each answer to come by another connection. Then takes no more.
 */
async function drain(services: Service[], { entrance, inside, lingerMs }: Entrances): Promise<void> {
  inside.readiness.stopping();
  entrance?.sendAway();
  inside.sendAway();
  if (lingerMs > 0) await sleep(lingerMs);
  for (const { drain } of services) drain?.();
  await entrance?.close(drainMs);
}

/** Workers have no routes: what serves them, and only that, need not be loaded. Answers whether there are any. */
async function routeInside(
  services: Service[],
  options: HostOptions,
  inside: InternalEntrance,
): Promise<boolean> {
  const routed = services.some((service) => service.internalRoutes ?? service.rootRoutes);
  if (!routed) return false;
  const { internalRoutes } = await import('./entrances.ts');
  const app = await internalRoutes(services, options);
  inside.routeTo((request, response) => app.routing(request, response));
  options.onRouted?.(app);
  return true;
}

async function publicEntrance(
  services: Service[],
  options: HostOptions,
  outside: PublicEntrance,
  { readiness }: InternalEntrance,
): Promise<Entrance> {
  options.stops.add('revocations', 100, outside.revocations.stop);
  readiness.waitsFor(details.sessionsUnread);
  options.metrics.gauge(revocationsAge, (age) => age.set(outside.revocations.ageSeconds()));
  await outside.revocations.start();
  readiness.waitsFor(details.keysUnreadable);
  const { routedPublicEntrance } = await import('./entrances.ts');
  const entrance = await routedPublicEntrance(services, { ...options, public: outside }, readiness);
  readiness.waitsFor(details.starting);
  return entrance;
}
