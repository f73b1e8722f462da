import { join } from 'node:path';
import {
  databaseAt,
  databasePassword,
  databaseTlsVariables,
  databaseUrl,
} from '@consulta/platform/alone/database';
import { type DatabasePlace, openPool, patientLimits, poolBeside } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { stopSequence } from '@consulta/platform/hosting';
import { createLog, errorCode, optional, readEnvironment, WrongSetting } from '@consulta/platform/process';
import type pg from 'pg';
import { readConfig, type StandaloneConfig } from '../config.ts';
import { openDatabases } from '../databases.ts';
import { FolderTaken, lockFolder } from '../folder-lock.ts';

/** The databases that commands work on. */
export type DatabaseName = 'users' | 'appointments';

const variables = {
  /** Of services that run in processes of their own, where the data folder has no PostgreSQL. */
  USER_DATABASE_URL: optional(databaseUrl),
  USER_DATABASE_PASSWORD: databasePassword,
  APPOINTMENT_DATABASE_URL: optional(databaseUrl),
  APPOINTMENT_DATABASE_PASSWORD: databasePassword,
  ...databaseTlsVariables,
};

type Places = Partial<Record<DatabaseName, DatabasePlace>>;

export type CommandConfig = Pick<StandaloneConfig, 'dataFolder' | 'keysFile' | 'auditFolder'> & {
  /** Undefined where the databases are those of the data folder. */
  places: Places | undefined;
};

/**
 * Reads what a command takes. Throws a {@link WrongSetting} where that is not valid, or a database is not named that the
 * command needs while another is.
 */
export function readCommandConfig(
  environment: NodeJS.ProcessEnv,
  needed: readonly DatabaseName[],
): CommandConfig {
  const { dataFolder, keysFile, auditFolder } = readConfig(environment);
  const env = readEnvironment(variables, environment);
  const place = (address: string | undefined, password: string | undefined) =>
    address === undefined ? undefined : databaseAt(address, password, env);
  const places = {
    users: place(env.USER_DATABASE_URL, env.USER_DATABASE_PASSWORD),
    appointments: place(env.APPOINTMENT_DATABASE_URL, env.APPOINTMENT_DATABASE_PASSWORD),
  };
  const folders = { dataFolder, keysFile, auditFolder };
  if (!places.users && !places.appointments) return { ...folders, places: undefined };
  const missing = needed.find((name) => !places[name]);
  if (missing)
    throw new WrongSetting(`${variableOf[missing]} is missing: it accepts ${databaseUrl.accepts}.`);
  return { ...folders, places };
}

const variableOf = {
  users: 'USER_DATABASE_URL',
  appointments: 'APPOINTMENT_DATABASE_URL',
} as const satisfies Record<DatabaseName, keyof typeof variables>;

export type CommandDatabases = {
  /** Rejects where the database cannot be reached. */
  open: (name: DatabaseName) => Promise<pg.Pool>;
  /** Ends all that was opened. */
  close: () => Promise<void>;
};

const commandLimits = { name: 'maintenance', connectionsMax: 2, limits: patientLimits };

/**
 * The databases for a command, whose statements may take long: the ones the environment names, else of the server that
 * runs on the data folder, else of one started there for as long as it takes.
 */
export async function openCommandDatabases({ dataFolder, places }: CommandConfig): Promise<CommandDatabases> {
  if (places) return openEach(async (name) => openPool({ ...placeIn(places, name), ...commandLimits }));
  const release = await lockFolder(dataFolder, 0).catch((error: unknown) => {
    if (!(error instanceof FolderTaken)) throw error;
    return undefined;
  });
  return release ? startForCommand(dataFolder, release) : joinRunning(dataFolder);
}

function placeIn(places: Places, name: DatabaseName): DatabasePlace {
  const place = places[name];
  if (!place) throw new Error(`the command did not say that it needs ${variableOf[name]}`);
  return place;
}

const joinRunning = (dataFolder: string) =>
  openEach(async (name) =>
    openPool({ url: await runningDatabaseUrl(join(dataFolder, 'postgres'), name, name), ...commandLimits }),
  );

function openEach(openOne: (name: DatabaseName) => Promise<pg.Pool>): CommandDatabases {
  const opened: pg.Pool[] = [];
  return {
    open: async (name) => {
      const pool = await openOne(name);
      opened.push(pool);
      await pool.query('SELECT 1').catch((error: unknown) => {
        const why = errorCode(error) ?? (error instanceof Error ? error.message : error);
        throw new Error(`The database of ${name} cannot be used: ${why}`, { cause: error });
      });
      return pool;
    },
    close: async () => void (await Promise.all(opened.map((pool) => pool.end()))),
  };
}

async function startForCommand(dataFolder: string, release: () => void): Promise<CommandDatabases> {
  const log = createLog('error');
  const stops = stopSequence(log);
  const close = async () => void (await stops.stop());
  stops.add('folder lock', 100, release);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.once(signal, () => void close().finally(() => process.exit(1)));
  }
  try {
    const { user: users, appointment: appointments } = await openDatabases({ dataFolder, log, stops });
    const pools = { users, appointments };
    const command = openEach(async (name) => poolBeside(pools[name], commandLimits));
    stops.add('command', 300, command.close);
    return { open: command.open, close };
  } catch (error) {
    await close();
    throw error;
  }
}
