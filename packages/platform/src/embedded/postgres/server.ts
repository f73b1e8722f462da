import { join } from 'node:path';
import { freePort } from '../../process/free-port.ts';
import type { Log } from '../../process/log.ts';
import type { OnStep } from '../../process/on-step.ts';
import { readIfThere } from '../durable-files.ts';
import { loadBinaries } from './binaries.ts';
import { initialise } from './initialise.ts';
import { launch } from './launch.ts';
import { launcherFor, ownerOfServer } from './launcher.ts';
import { stopLeftover } from './leftover.ts';
import { endOrphans } from './orphans.ts';
import { newPassword, preparePassword, readPassword, superuser } from './password.ts';
import { closeCommonDatabases, ensureOwnedDatabase } from './roles.ts';
import { type PostgresLost, supervise } from './supervise.ts';

export type EmbeddedPostgres = {
  /**
   * Connection URL of a database, as a role that owns this database and may do nothing else; both are made when
   * they do not exist. To be asked for anew for each connection: after a restart the server may listen on another
   * port.
   */
  database: (name: string) => Promise<() => string>;
  /** Connection URL, for now, of a database that exists, as the superuser: for administration and tests. */
  administrationUrl: (name: string) => string;
  stop: () => Promise<void>;
};

/**
 * Starts PostgreSQL on loopback with its data in `folder`, made on the first start. A server that a killed
 * process left behind on the same folder is stopped first, and a dying one awaited. A server that ends by itself is
 * started again.
 *
 * @param durable false trades safety for speed; for tests.
 * @param onLost called when a server that ended cannot be started again; by default that is an uncaught error.
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  durable: boolean;
  log: Log;
  settings?: Record<string, string>;
  /** Whether it ends with this process, be that killed; else it is left to the next start on its folder. */
  endsWithParent?: boolean;
  onStep?: OnStep;
  onLost?: (error: PostgresLost) => void;
}): Promise<EmbeddedPostgres> {
  const { folder, durable, log, onStep = () => {}, onLost = throwIt } = options;
  const binaries = await loadBinaries();
  const owner = ownerOfServer();
  const password = await preparePassword(folder);
  await onStep('database password written');
  const start = await launcherFor(owner, [folder, binaries.folder], options.endsWithParent);
  await initialise({ binaries, folder, password, owner, start, durable, onStep });
  const data = join(folder, 'data');
  const clear = async () => {
    await stopLeftover(data, log);
    await endOrphans(data);
  };
  await clear();
  const launchOn = (port: number) => launch({ ...options, binaries, data, start }, port);
  const { port, stop } = await supervise({ launch: launchOn, clear, freePort, log, onLost });
  const administrationUrl = (name: string) => urlOf({ user: superuser, password, port: port(), name });
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
    return () => urlOf({ user: name, password: ownPassword, port: port(), name });
  };
  return { stop, administrationUrl, database };
}

const throwIt = (error: Error): never => {
  throw error;
};

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
