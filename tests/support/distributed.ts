import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.ts';

export const distributedScript = 'apps/distributed/src/main.ts';

/** What `npm run distributed` starts, as a process group of its own, until it is ready. */
export const startDistributed = (options: ServerOptions = {}): Promise<ServerProcess> =>
  startServer({ ...options, script: distributedScript });

export type Processes = Record<string, { pid?: number; port?: number; internalPort?: number }>;

/** The processes that run on a folder at present, by the names `npm run distributed` gives them. */
export async function processesListed(folder: string): Promise<Processes> {
  return JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8')) as Processes;
}

/** The Debian programs it needs. */
export const programsNeeded = ['haproxy', 'redis-server'];
