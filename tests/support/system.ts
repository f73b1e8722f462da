import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Standalone, type StandaloneParts, startStandalone } from '@consulta/standalone';
import { type Api, apiAt } from './api.ts';

export type TestSystem = { api: Api; standalone: Standalone; folder: string; stop: () => Promise<void> };

/** The whole application in this process, on a folder and ports of its own, empty and without rate limits. */
export async function startSystem(
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
    await standalone.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { api: apiAt(standalone.url), standalone, folder, stop };
}
