import { join } from 'node:path';
import type { Log } from '../../log.ts';
import { readIfThere } from '../durable-files.ts';
import type { OnStep } from '../on-step.ts';
import { loadBinaries } from './binaries.ts';
import { initialise } from './initialise.ts';
import { launch } from './launch.ts';
import { launcherFor, ownerOfServer } from './launcher.ts';
import { newPassword, preparePassword, readPassword, superuser } from './password.ts';
import { closeCommonDatabases, ensureOwnedDatabase } from './roles.ts';

export type EmbeddedPostgres = {
  /**
   * Connection URL of a database, as a role that owns this database and may do nothing else; both are made when
   * they do not exist.
   */
  database: (name: string) => Promise<string>;
  /** Connection URL of a database that exists, as the superuser: for administration and tests. */
  administrationUrl: (name: string) => string;
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
  onStep?: OnStep;
}): Promise<EmbeddedPostgres> {
  const { folder, durable, onStep = () => {} } = options;
  const binaries = await loadBinaries();
  const owner = ownerOfServer();
  const password = await preparePassword(folder);
  await onStep('database password written');
  const start = await launcherFor(owner, [folder, binaries.folder]);
  await initialise({ binaries, folder, password, owner, start, durable, onStep });
  const { port, stop } = await launch(binaries, join(folder, 'data'), start, options);
  const administrationUrl = (name: string) => urlOf({ user: superuser, password, port, name });
  try {
    await onStep('PostgreSQL started');
    await closeCommonDatabases(administrationUrl);
  } catch (error) {
    await stop();
    throw error;
  }
  const database = async (name: string) => {
    // Known to this process alone and new at every start, so that it lies nowhere.
    const ownPassword = newPassword();
    await ensureOwnedDatabase(administrationUrl, name, ownPassword);
    await onStep(`database ${name} made`);
    return urlOf({ user: name, password: ownPassword, port, name });
  };
  return { stop, administrationUrl, database };
}

type Place = { user: string; password: string; port: number | string; name: string };

const urlOf = ({ user, password, port, name }: Place) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;

/**
 * Connection URL of a database on the server that another process runs in `folder`, as the superuser. Throws when
 * there is none.
 *
 * @param role the role whose rights its sessions have, instead of the superuser's.
 */
export async function runningDatabaseUrl(folder: string, name: string, role?: string): Promise<string> {
  const password = await readPassword(folder);
  const port = ((await readIfThere(join(folder, 'data', 'postmaster.pid'))) ?? '').split('\n')[3];
  if (!port) throw new Error(`no PostgreSQL is running in ${folder}`);
  const url = urlOf({ user: superuser, password, port, name });
  return role === undefined ? url : `${url}?options=${encodeURIComponent(`-c role=${role}`)}`;
}
