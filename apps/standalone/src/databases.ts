import { join } from 'node:path';
import { appointmentMigrations } from '@consulta/appointment';
import {
  type Limits,
  type MigrationSource,
  migrate,
  openPool,
  patientLimits,
  platformMigrations,
  poolBeside,
  requestLimits,
} from '@consulta/platform/database';
import { runningDatabaseUrl, startEmbeddedPostgres } from '@consulta/platform/embedded/postgres';
import { type StopSequence, stopSequence } from '@consulta/platform/hosting';
import { createLog, type Log, type OnStep } from '@consulta/platform/process';
import { scheduleMigrations } from '@consulta/schedule';
import { userMigrations } from '@consulta/user';
import type pg from 'pg';
import { FolderTaken, lockFolder } from './folder-lock.ts';

export type Databases = {
  user: pg.Pool;
  schedule: pg.Pool;
  appointment: pg.Pool;
  /** Where pg-boss keeps the queues: apart from the services' data, as SNS and SQS are. */
  bus: pg.Pool;
  /** Settles when PostgreSQL ended and could not be started again. */
  lost: Promise<Error>;
};

/** The queue's own statements make and tend its tables beside carrying messages. */
const busLimits: Limits = { ...requestLimits, statementMs: 30_000 };

type Options = { dataFolder: string; log: Log; stops: StopSequence; onStep?: OnStep };

/** Starts PostgreSQL on the data folder and brings the three databases up to date; `stops` learns how both end. */
export async function openDatabases(options: Options): Promise<Databases> {
  const { dataFolder, log, stops, onStep = () => {} } = options;
  const { promise: lost, resolve: onLost } = Promise.withResolvers<Error>();
  const folder = join(dataFolder, 'postgres');
  const server = await startEmbeddedPostgres({ folder, durable: true, log, onStep, onLost });
  stops.add('PostgreSQL', 3_200, server.stop);
  let stopping = false;
  const pools: pg.Pool[] = [];
  stops.add('database connections', 300, () => {
    stopping = true;
    return Promise.all(pools.map((pool) => pool.end()));
  });
  const open = async (name: string, options: { connectionsMax: number; limits?: Limits }) => {
    const pool = openPool({
      name,
      url: await server.database(name),
      ...options,
      onError: (error) =>
        stopping || log.error({ err: error, database: name }, 'a database connection broke'),
    });
    pools.push(pool);
    return pool;
  };
  const openRoom = async (name: string, room: MigrationSource, connectionsMax: number) => {
    const pool = await open(name, { connectionsMax });
    await migrate(pool, [platformMigrations, room]);
    await onStep(`${name} migrated`);
    return pool;
  };
  const user = await openRoom('users', userMigrations, 12);
  const schedule = await openRoom('schedules', scheduleMigrations, 12);
  const appointment = await openRoom('appointments', appointmentMigrations, 16);
  const bus = await open('bus', { connectionsMax: 4, limits: busLimits });
  return { user, schedule, appointment, bus, lost };
}

type DatabaseName = 'users' | 'schedules' | 'appointments';
type CommandDatabases = { pools: Record<DatabaseName, pg.Pool>; close: () => Promise<void> };

/** One database for a command, as {@link openCommandDatabases}. */
export async function openOneDatabase(
  dataFolder: string,
  name: DatabaseName,
): Promise<{ pool: pg.Pool; close: () => Promise<void> }> {
  const { pools, close } = await openCommandDatabases(dataFolder);
  return { pool: pools[name], close };
}

const commandLimits = { name: 'maintenance', connectionsMax: 2, limits: patientLimits };

/**
 * The databases for a command, whose statements may take long: of the server that runs on the folder, or of one
 * started for as long as it takes.
 */
export async function openCommandDatabases(dataFolder: string): Promise<CommandDatabases> {
  const release = await lockFolder(dataFolder, 0).catch((error: unknown) => {
    if (!(error instanceof FolderTaken)) throw error;
    return undefined;
  });
  return release ? startForCommand(dataFolder, release) : joinRunning(dataFolder);
}

async function joinRunning(dataFolder: string): Promise<CommandDatabases> {
  const open = async (name: DatabaseName) =>
    openPool({ url: await runningDatabaseUrl(join(dataFolder, 'postgres'), name, name), ...commandLimits });
  return closedTogether({
    users: await open('users'),
    schedules: await open('schedules'),
    appointments: await open('appointments'),
  });
}

function closedTogether(pools: CommandDatabases['pools']): CommandDatabases {
  const close = async () => void (await Promise.all(Object.values(pools).map((pool) => pool.end())));
  return { pools, close };
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
    const { user, schedule, appointment } = await openDatabases({ dataFolder, log, stops });
    const beside = (pool: pg.Pool) => poolBeside(pool, commandLimits);
    const command = closedTogether({
      users: beside(user),
      schedules: beside(schedule),
      appointments: beside(appointment),
    });
    stops.add('command', 300, command.close);
    return { pools: command.pools, close };
  } catch (error) {
    await close();
    throw error;
  }
}
