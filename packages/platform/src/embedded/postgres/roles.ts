import { readFileSync } from 'node:fs';
import pg from 'pg';
import { type Connection, patientLimits, withConnection } from '../../database/connection.ts';

const handOverSql = readFileSync(new URL('hand-over.sql', import.meta.url), 'utf8');

/** Nothing but what its own database gives it: no files, no programs, no other roles. */
const plain = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';

/**
 * Makes a database that belongs to a role of the same name, where it is missing, and gives the role this password.
 * The role owns everything in the database and no other role but the superuser may connect to it. Each step can be
 * the last one of a killed start.
 *
 * @param superuserUrl connection URL of a database as the superuser.
 */
export async function ensureOwnedDatabase(
  superuserUrl: (database: string) => string,
  name: string,
  password: string,
): Promise<void> {
  const role = pg.escapeIdentifier(name);
  await connected(superuserUrl('postgres'), async (client) => {
    const found = async (sql: string) => (await client.query(sql, [name])).rowCount !== 0;
    if (!(await found('SELECT FROM pg_roles WHERE rolname = $1'))) await client.query(`CREATE ROLE ${role}`);
    await client.query(`ALTER ROLE ${role} ${plain} PASSWORD ${pg.escapeLiteral(password)}`);
    if (!(await found('SELECT FROM pg_database WHERE datname = $1'))) {
      await client.query(`CREATE DATABASE ${role} OWNER ${role}`);
    }
  });
  await connected(superuserUrl(name), (client) => handOver(client, name));
}

/** Gives the database and all that is in it to the role, in one transaction. */
async function handOver(client: Connection, name: string): Promise<void> {
  const [database, role] = [pg.escapeIdentifier(name), pg.escapeIdentifier(name)];
  await client.query('BEGIN');
  await client.query(`ALTER DATABASE ${database} OWNER TO ${role}`);
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  const { rows } = await client.query<{ statement: string }>(handOverSql, [name]);
  for (const { statement } of rows) await client.query(statement);
  await client.query('COMMIT');
}

/** Closes the databases that every server has to all but the superuser. */
export const closeCommonDatabases = (superuserUrl: (database: string) => string): Promise<void> =>
  connected(superuserUrl('postgres'), async (client) => {
    await client.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
  });

const connected = (url: string, work: (connection: Connection) => Promise<void>): Promise<void> =>
  withConnection({ connectionString: url }, patientLimits, work);
