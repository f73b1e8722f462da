import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@consulta/platform/process';
import { type Program, root } from './processes/keep-up.ts';

/**
 * Each service in the order in which they are started; `facesPeople`, or works behind; how many connections to its
 * database each replica may have.
 */
export const services = [
  { name: 'user', facesPeople: true, connections: 24 },
  { name: 'schedule', facesPeople: true, connections: 16 },
  { name: 'appointment', facesPeople: true, connections: 22 },
  { name: 'appointment-creator', facesPeople: false, connections: 8 },
  { name: 'review-processor', facesPeople: false, connections: 4 },
] as const;

export type ServiceName = (typeof services)[number]['name'];

/** One process of a service. */
export type Replica = { name: string; service: ServiceName; port: number; internalPort: number };

/** What all replicas together may have of the one PostgreSQL, where there are so many of each service. */
export const connectionsOfAll = (replicasEach: number): number =>
  services.reduce((sum, { connections }) => sum + replicasEach * connections, 0);

/** All replicas, so many of each service, each with ports of its own that nothing listens on at the moment. */
export async function placeReplicas(replicasEach: number): Promise<Replica[]> {
  const replicas: Replica[] = [];
  const taken = new Set<number>();
  const another = async (): Promise<number> => {
    const port = await freePort();
    if (taken.has(port)) return another();
    taken.add(port);
    return port;
  };
  for (const { name } of services) {
    for (let number = 1; number <= replicasEach; number += 1) {
      const ports = { port: await another(), internalPort: await another() };
      replicas.push({ name: `${name}-${number}`, service: name, ...ports });
    }
  }
  return replicas;
}

/** How a replica is run: as it would be on a machine of its own. */
export const programOf = (
  { name, service, port, internalPort }: Replica,
  environment: NodeJS.ProcessEnv,
): Program => ({
  name,
  command: process.execPath,
  args: [`services/${service}/src/main.ts`],
  cwd: root,
  env: {
    ...environment,
    HOST: '127.0.0.1',
    PORT: String(port),
    INTERNAL_HOST: '127.0.0.1',
    INTERNAL_PORT: String(internalPort),
  },
});

const startedAtOnce = 3;
const patienceMs = 10_000;
const lookEveryMs = 100;

/**
 * Starts replicas, few at once so that each gets its share of the machine: the next when one is ready or has had its
 * time, since one may wait for another.
 *
 * @param run starts one.
 */
export async function startReplicas(
  replicas: readonly Replica[],
  run: (replica: Replica) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...replicas];
  const starter = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      signal.throwIfAborted();
      run(next);
      const deadlineMs = performance.now() + patienceMs;
      while (performance.now() < deadlineMs && !(await isReady(next))) {
        await sleep(lookEveryMs, undefined, { signal });
      }
    }
  };
  await Promise.all(Array.from({ length: startedAtOnce }, starter));
}

/** Whether a replica answers that it is ready. */
export async function isReady({ internalPort }: Replica): Promise<boolean> {
  const signal = AbortSignal.timeout(2_500);
  try {
    const response = await fetch(`http://127.0.0.1:${internalPort}/health/ready`, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
