import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployedRoute } from '@consulta/platform/http';
import { readConfig, type Standalone, type StandaloneParts, startStandalone } from '@consulta/standalone';
import { type Api, apiAt } from './api.ts';
import { processesListed, startDistributed } from './distributed.ts';
import { eventually } from './eventually.ts';
import { assertAsDeclared, scrape } from './metrics.ts';
import { removeFolder } from './server-process.ts';
import { sharedSystem } from './shared-system.ts';

export type TestSystem = {
  api: Api;
  standalone: Pick<Standalone, 'url' | 'urls' | 'internalUrl' | 'routes'>;
  /** The public entrance of every process that has one, each with a path for which it wants a token. */
  entrances: Entrance[];
  folder: string;
  stop: () => Promise<void>;
};

export type Entrance = { url: string; guardedPath: string };

/** A path of each service that everyone who is signed in as a doctor may read; what others get is no 401 either. */
const guardedPaths = { user: '/users/me', schedule: '/schedules', appointment: '/appointments' };

/**
 * The whole application without rate limits: in this process, empty, on a folder and ports of its own; or, where the test
 * run has a distributed system, that one. Who sets more of its environment gets one of its own in both cases.
 */
export async function startSystem(
  environment: Record<string, string> = {},
  parts?: StandaloneParts,
): Promise<TestSystem> {
  const shared = await sharedSystem();
  if (!shared) return startEmbedded(environment, parts);
  const { replicas: _, ...handedIn } = parts ?? {};
  if (Object.keys(handedIn).length > 0) throw new Error('its parts are in other processes');
  const { routes } = shared;
  if (Object.keys(environment).length === 0) return systemAt(shared, routes, async () => {});
  const own = await startDistributed({ environment });
  return systemAt(own, routes, async () => {
    await own.terminate();
    await removeFolder(own.folder);
  });
}

async function systemAt(
  { url, folder }: { url: string; folder: string },
  routes: DeployedRoute[],
  stop: () => Promise<void>,
): Promise<TestSystem> {
  const processes = await processesListed(folder);
  const internalUrl = `http://127.0.0.1:${processes['user-1']?.internalPort}`;
  const entrances = Object.entries(guardedPaths).flatMap(([service, guardedPath]) =>
    Object.entries(processes)
      .filter(([name]) => name.replace(/-\d$/, '') === service)
      .map(([, { port }]) => ({ url: `http://127.0.0.1:${port}`, guardedPath })),
  );
  return {
    api: apiAt(url),
    standalone: { url, urls: [url, url], internalUrl, routes },
    entrances,
    folder,
    stop,
  };
}

/** Waits until no process takes an access token any more: each learns by itself that a session has ended. */
export async function untilNobodyTakes({ entrances }: TestSystem, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (const { url, guardedPath } of entrances) {
    await eventually(async () => {
      const { status } = await fetch(`${url}/api/v1${guardedPath}`, { headers });
      assert.equal(status, 401, url);
    });
  }
}

/**
 * The whole application in this process, whatever the test run has. `stop` first holds what it exports as metrics, after
 * whatever the test did with it, to the table of metrics.
 */
export async function startEmbedded(
  environment: Record<string, string> = {},
  parts: StandaloneParts = {},
): Promise<TestSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-system-'));
  const config = readConfig({
    PORT: '0',
    INTERNAL_PORT: '0',
    DATA_DIR: folder,
    DEMO: '0',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
    ...environment,
  });
  const standalone = await startStandalone(config, parts);
  const stop = async () => {
    try {
      const routes = standalone.routes.map(({ url }) => url);
      assertAsDeclared(await scrape(standalone.internalUrl), routes);
    } finally {
      await standalone.stop();
      await rm(folder, { recursive: true, force: true });
    }
  };
  const { url } = standalone;
  return { api: apiAt(url), standalone, entrances: [{ url, guardedPath: guardedPaths.user }], folder, stop };
}
