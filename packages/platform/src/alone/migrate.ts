import { type MigrationSource, migrate, platformMigrations } from '../database/migrate.ts';
import { openPool } from '../database/pool.ts';
import { readEnvironment } from '../process/environment.ts';
import { configOrExit, refuseToStart } from '../process/start-fault.ts';
import { databaseAt, databasePassword, databaseTlsVariables, databaseUrl } from './database.ts';

const variables = {
  DATABASE_URL: databaseUrl,
  DATABASE_PASSWORD: databasePassword,
  ...databaseTlsVariables,
};

/**
 * Brings the database at `DATABASE_URL` up to date for one service, or ends the process with what is wrong. However
 * many do so at once, each file runs once.
 */
export async function runMigrations(migrations: MigrationSource): Promise<void> {
  const env = configOrExit((environment) => readEnvironment(variables, environment));
  const place = databaseAt(env.DATABASE_URL, env.DATABASE_PASSWORD, env);
  const pool = openPool({ ...place, connectionsMax: 2 });
  try {
    await migrate(pool, [platformMigrations, migrations]);
    console.log(`The database of the ${migrations.room} service is up to date.`);
  } catch (error) {
    refuseToStart(error);
  } finally {
    await pool.end();
  }
}
