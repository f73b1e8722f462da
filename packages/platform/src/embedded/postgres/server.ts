import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Log } from '../../log.ts';
import { loadBinaries } from './binaries.ts';
import { initialise } from './initialise.ts';
import { launch } from './launch.ts';
import { launcherFor, ownerOfServer } from './launcher.ts';
import { stopLeftover } from './leftover.ts';
import { preparePassword } from './password.ts';

export type EmbeddedPostgres = {
  /** Connection URL of a database; it is created when it does not exist. */
  database: (name: string) => Promise<string>;
  stop: () => Promise<void>;
};

/**
 * Starts PostgreSQL on loopback with its data in `folder`, made on the first start. A server that a killed
 * process left behind on the same folder is stopped first, and a dying one awaited.
 *
 * @param durable false trades safety for speed; for tests.
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  durable: boolean;
  log: Log;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  const { folder, log } = options;
  const binaries = await loadBinaries();
  const owner = ownerOfServer();
  const password = await preparePassword(folder);
  const data = join(folder, 'data');
  const start = await launcherFor(owner, [folder, binaries.postgres]);
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(binaries, data, folder, owner, start);
  await stopLeftover(data, log);
  const { port, stop } = await launch(binaries, data, start, options);
  const urlOf = (name: string) => `postgres://consulta:${password}@127.0.0.1:${port}/${name}`;
  return { stop, database: (name) => ensureDatabase(urlOf, name) };
}

async function ensureDatabase(urlOf: (name: string) => string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return urlOf(name);
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Connection URL of a database on the server that another process runs in `folder`. Throws when there is none. */
export async function runningDatabaseUrl(folder: string, name: string): Promise<string> {
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
  const port = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://consulta:${password}@127.0.0.1:${port}/${name}`;
}
