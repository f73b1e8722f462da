import { join } from 'node:path';
import { appointmentMigrations } from '@consulta/appointment';
import {
  type MigrationSource,
  migrate,
  openPool,
  patientLimits,
  platformMigrations,
} from '@consulta/platform/database';
import { startEmbeddedPostgres } from '@consulta/platform/embedded/postgres';
import type { StopSequence } from '@consulta/platform/hosting';
import type { Log } from '@consulta/platform/process';
import { scheduleMigrations } from '@consulta/schedule';
import { userMigrations } from '@consulta/user';
import type pg from 'pg';

export type Databases = {
  /** Connection URLs, each as a role that owns its database alone. */
  urls: { users: string; schedules: string; appointments: string };
  /** For the start itself: keys, demo data. */
  pools: { users: pg.Pool; appointments: pg.Pool };
  /** Settles when PostgreSQL ended and could not be started again. */
  lost: Promise<Error>;
};

/** Two replicas of everything, each with the pools of its service, and a command beside them. */
const connectionsMax = 400;

/** Starts PostgreSQL as `npm start` does, on the same folder, and brings the three databases up to date. */
export async function openDatabases(options: {
  dataFolder: string;
  log: Log;
  stops: StopSequence;
}): Promise<Databases> {
  const { dataFolder, log, stops } = options;
  const { promise: lost, resolve: onLost } = Promise.withResolvers<Error>();
  const server = await startEmbeddedPostgres({
    folder: join(dataFolder, 'postgres'),
    settings: { max_connections: String(connectionsMax) },
    durable: true,
    endsWithParent: true,
    ...{ log, onLost },
  });
  stops.add('PostgreSQL', 3_200, server.stop);
  const url = async (name: string) => (await server.database(name))();
  const urls = {
    users: await url('users'),
    schedules: await url('schedules'),
    appointments: await url('appointments'),
  };
  const onError = (err: Error) => log.debug({ err }, 'a database connection broke');
  const open = (url: string) => openPool({ url, connectionsMax: 2, limits: patientLimits, onError });
  const pools = { users: open(urls.users), appointments: open(urls.appointments) };
  stops.add('database connections', 200, () => Promise.all(Object.values(pools).map((pool) => pool.end())));
  await bringUpToDate(urls.users, userMigrations);
  await bringUpToDate(urls.schedules, scheduleMigrations);
  await bringUpToDate(urls.appointments, appointmentMigrations);
  return { urls, pools, lost };
}

async function bringUpToDate(url: string, migrations: MigrationSource): Promise<void> {
  const pool = openPool({ url, connectionsMax: 2, limits: patientLimits });
  await migrate(pool, [platformMigrations, migrations]).finally(() => pool.end());
}
