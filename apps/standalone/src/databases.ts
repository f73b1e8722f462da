import { join } from 'node:path';
import { appointmentMigrations } from '@consulta/appointment';
import {
  createLog,
  type Log,
  migrate,
  openPool,
  platformMigrations,
  runningDatabaseUrl,
  startEmbeddedPostgres,
} from '@consulta/platform';
import { scheduleMigrations } from '@consulta/schedule';
import { userMigrations } from '@consulta/user';
import type pg from 'pg';
import { lockFolder } from './folder-lock.ts';

export type Databases = {
  user: pg.Pool;
  schedule: pg.Pool;
  appointment: pg.Pool;
  /** Where pg-boss keeps the queues: apart from the services' data, as SNS and SQS are. */
  busUrl: string;
  stop: () => Promise<void>;
};

/** Starts PostgreSQL on the data folder and brings the three databases up to date. */
export async function openDatabases(dataFolder: string, log: Log): Promise<Databases> {
  const server = await startEmbeddedPostgres({ folder: join(dataFolder, 'postgres'), durable: true, log });
  let stopping = false;
  const open = async (name: string, room: typeof userMigrations, connectionsMax: number) => {
    const pool = openPool({
      url: await server.database(name),
      connectionsMax,
      onError: (error) =>
        stopping || log.error({ err: error, database: name }, 'a database connection broke'),
    });
    await migrate(pool, [platformMigrations, room]);
    return pool;
  };
  const [user, schedule, appointment, busUrl] = await Promise.all([
    open('users', userMigrations, 12),
    open('schedules', scheduleMigrations, 12),
    open('appointments', appointmentMigrations, 16),
    server.database('bus'),
  ]);
  const stop = async () => {
    stopping = true;
    await Promise.all([user.end(), schedule.end(), appointment.end()]);
    await server.stop();
  };
  return { user, schedule, appointment, busUrl, stop };
}

type DatabaseName = 'users' | 'schedules' | 'appointments';

/** One database for a command: of the server that runs on the folder, or of one started for as long as it takes. */
export async function openOneDatabase(
  dataFolder: string,
  name: DatabaseName,
): Promise<{ pool: pg.Pool; close: () => Promise<void> }> {
  const free = await lockFolder(dataFolder, 0).then(
    () => true,
    () => false,
  );
  if (!free) {
    const pool = openPool({
      url: await runningDatabaseUrl(join(dataFolder, 'postgres'), name),
      connectionsMax: 2,
    });
    return { pool, close: () => pool.end() };
  }
  const { user, schedule, appointment, stop } = await openDatabases(dataFolder, createLog('error'));
  const pools = { users: user, schedules: schedule, appointments: appointment };
  return { pool: pools[name], close: stop };
}
