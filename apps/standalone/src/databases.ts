import { join } from 'node:path';
import { appointmentMigrations } from '@consulta/appointment';
import {
  assertConnectionsFit,
  type Limits,
  type MigrationSource,
  migrate,
  openPool,
  platformMigrations,
  requestLimits,
} from '@consulta/platform/database';
import { startEmbeddedPostgres } from '@consulta/platform/embedded/postgres';
import type { StopSequence } from '@consulta/platform/hosting';
import type { Log, OnStep } from '@consulta/platform/process';
import { scheduleMigrations } from '@consulta/schedule';
import { userMigrations } from '@consulta/user';
import type pg from 'pg';

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

/** Each with what its service's pools for special work take of it; a command that runs beside has some of its own. */
const connections = { user: 24, schedule: 16, appointment: 22, bus: 5, command: 6 };

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
  const bus = await open('bus', { connectionsMax: connections.bus, limits: busLimits });
  await assertConnectionsFit(
    bus,
    Object.values(connections).reduce((sum, each) => sum + each),
  );
  const user = await openRoom('users', userMigrations, connections.user);
  const schedule = await openRoom('schedules', scheduleMigrations, connections.schedule);
  const appointment = await openRoom('appointments', appointmentMigrations, connections.appointment);
  return { user, schedule, appointment, bus, lost };
}
