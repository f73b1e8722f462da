import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDistributed } from './distributed.ts';
import { removeFolder, type ServerProcess } from './server-process.ts';
import { type SharedSystem, systemVariable } from './shared-system.ts';
import { startEmbedded } from './system.ts';

let server: ServerProcess | undefined;
let folder = '';

/**
 * One distributed system for the whole test run: test files that ask for a system get this one. Its routes, which
 * tests read of the embedded one's inside, are read here once.
 */
export async function globalSetup(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'consulta-shared-'));
  const embedded = await startEmbedded();
  const { routes } = embedded.standalone;
  await embedded.stop();
  server = await startDistributed();
  const shared: SharedSystem = { url: server.url, folder: server.folder, routes };
  const file = join(folder, 'system.json');
  await writeFile(file, JSON.stringify(shared));
  process.env[systemVariable] = file;
}

export async function globalTeardown(): Promise<void> {
  const code = await server?.terminate();
  if (server) await removeFolder(server.folder);
  await rm(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`the distributed system ended with ${code}`);
}
