import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { patientLimits } from './connection.ts';
import { poolBeside } from './pool.ts';

/** A numbered sequence of plain SQL files (`0001_name.sql`) that one room owns in a database. */
export type MigrationSource = { room: string; folder: URL };

/** The tables every service's database has: outbox and idempotency keys. */
export const platformMigrations: MigrationSource = {
  room: 'platform',
  folder: new URL('../../migrations/', import.meta.url),
};

/**
 * Brings a database up to date: forward only, each file in a transaction of its own, one process at a time
 * (the others wait, then find nothing to do). A file may take longer than a request.
 */
export async function migrate(pool: pg.Pool, sources: MigrationSource[]): Promise<void> {
  const patient = poolBeside(pool, { connectionsMax: 1, limits: patientLimits });
  try {
    await migrateLocked(await patient.connect(), sources);
  } finally {
    await patient.end();
  }
}

/** The lock ends with the connection. */
async function migrateLocked(client: pg.PoolClient, sources: MigrationSource[]): Promise<void> {
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.migrations]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      room text, name text, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (room, name))`);
    for (const source of sources) await applyMissing(client, source);
  } finally {
    client.release(true);
  }
}

async function applyMissing(client: pg.PoolClient, source: MigrationSource): Promise<void> {
  const folder = fileURLToPath(source.folder);
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  assertNumberedOnce(source, names);
  const applied = await client.query<{ name: string }>('SELECT name FROM schema_migrations WHERE room = $1', [
    source.room,
  ]);
  const done = new Set(applied.rows.map(({ name }) => name));
  for (const name of names.filter((each) => !done.has(each))) {
    const statements = await readFile(`${folder}/${name}`, 'utf8');
    try {
      await client.query('BEGIN');
      await client.query(statements);
      await client.query('INSERT INTO schema_migrations (room, name) VALUES ($1, $2)', [source.room, name]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw new Error(`migration ${source.room}/${name} failed`, { cause: error });
    }
  }
}

/** Two files with one number come in an order that nobody chose. */
function assertNumberedOnce({ room }: MigrationSource, names: string[]): void {
  const twice = names.find((name, index) => names[index - 1]?.slice(0, 4) === name.slice(0, 4));
  if (twice) throw new Error(`two migrations of ${room} are numbered ${twice.slice(0, 4)}`);
}
