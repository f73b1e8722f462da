import { type MigrationSource, migrate, platformMigrations } from '../database/migrate.ts';
import { openPool } from '../database/pool.ts';
import { readEnvironment, type Variables } from '../process/environment.ts';
import { configOrExit, refuseToStart } from '../process/start-fault.ts';
import { aloneVariables } from './config.ts';

const { DATABASE_URL } = aloneVariables;
const variables = { DATABASE_URL } satisfies Variables;

/**
 * Brings the database at `DATABASE_URL` up to date for one service, or ends the process with what is wrong. However
 * many do so at once, each file runs once.
 */
export async function runMigrations(migrations: MigrationSource): Promise<void> {
  const config = configOrExit((environment) => readEnvironment(variables, environment));
  const pool = openPool({ url: config.DATABASE_URL, connectionsMax: 1 });
  try {
    await migrate(pool, [platformMigrations, migrations]);
    console.log(`The database of the ${migrations.room} service is up to date.`);
  } catch (error) {
    refuseToStart(error);
  } finally {
    await pool.end();
  }
}
