import { readFile } from 'node:fs/promises';
import type { DeployedRoute } from '@consulta/platform/http';

/** A distributed system that all test files of a run share, with the routes, which tests read of an embedded one's inside. */
export type SharedSystem = { url: string; folder: string; routes: DeployedRoute[] };

/** Names the file that tells of it; see `npm run test:distributed`. */
export const systemVariable = 'CONSULTA_SYSTEM';

/** The distributed system of this test run; undefined where tests have the embedded one. */
export async function sharedSystem(): Promise<SharedSystem | undefined> {
  const file = process.env[systemVariable];
  return file ? (JSON.parse(await readFile(file, 'utf8')) as SharedSystem) : undefined;
}
