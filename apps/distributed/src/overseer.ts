import { setTimeout as sleep } from 'node:timers/promises';
import { details } from '@consulta/contracts/details';
import { createPublicApp, healthRoutes } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { createMetrics, freePort, type Log } from '@consulta/platform/process';
import type { FastifyInstance } from 'fastify';
import { requestBytesMax } from './gateway/haproxy.ts';
import { isReady, type Replica, services } from './replicas.ts';

export type Overseer = {
  /** Where it listens, on loopback. */
  port: number;
  /** Resolves when every replica is ready at the same time. */
  untilAllReady: (signal: AbortSignal) => Promise<void>;
  /** Whether the whole may be said to be ready; at first it may not. */
  setOpen: (open: boolean) => void;
  stop: () => Promise<void>;
};

const lookEveryMs = 250;

/**
 * Answers for the whole, behind the gateway: health, and requests whose bodies are too large or find nobody to take them,
 * which it lets in so that their senders read the answer. The whole is ready while it is open and at least one replica of each service is ready.
 */
export async function startOverseer(options: { replicas: readonly Replica[]; log: Log }): Promise<Overseer> {
  const { replicas, log } = options;
  let isOpen = false;
  const readiness = async () => {
    if (!isOpen) return { detail: details.starting };
    const away = await servicesAway(replicas);
    return away.length > 0 ? { detail: details.noReplicaOf(away.join(', ')) } : undefined;
  };
  const app = await createPublicApp({
    ...{ log, metrics: createMetrics(), counters: undefined },
    verifyToken: () => Promise.reject(problem('unauthorized')),
    trustsProxy: (address) => address === '127.0.0.1',
  });
  await app.register(healthRoutes(readiness));
  refuseAllElse(app);
  const port = await freePort();
  await app.listen({ host: '127.0.0.1', port });
  return {
    port,
    untilAllReady: async (signal) => {
      while (!(await allReady(replicas))) await sleep(lookEveryMs, undefined, { signal });
    },
    setOpen: (open) => {
      isOpen = open;
    },
    stop: () => app.close(),
  };
}

/** What else the gateway sends here is too large, or has no replica that is ready. */
function refuseAllElse(app: FastifyInstance): void {
  app.all(
    '/*',
    {
      config: { permission: 'public', perMinute: Number.MAX_SAFE_INTEGER },
      onRequest: async ({ headers }) => {
        const isTooLarge = Number(headers['content-length'] ?? 0) > requestBytesMax;
        throw problem(isTooLarge ? 'payload_too_large' : 'unavailable');
      },
    },
    async () => {},
  );
}

async function servicesAway(replicas: readonly Replica[]): Promise<string[]> {
  const away = await Promise.all(
    services.map(async ({ name }) => {
      const own = replicas.filter(({ service }) => service === name);
      return (await countReady(own)) > 0 ? [] : [name];
    }),
  );
  return away.flat();
}

const allReady = async (replicas: readonly Replica[]) => (await countReady(replicas)) === replicas.length;

async function countReady(replicas: readonly Replica[]): Promise<number> {
  const ready = await Promise.all(replicas.map(isReady));
  return ready.filter(Boolean).length;
}
