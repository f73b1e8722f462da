import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { type Limits, patientLimits } from './connection.ts';
import { isGivenUp } from './failures.ts';
import { poolBeside } from './pool.ts';

/** A numbered sequence of plain SQL files (`0001_name.sql`) that one room owns in a database. */
export type MigrationSource = { room: string; folder: URL };

/** The tables every service's database has: outbox and idempotency keys. */
export const platformMigrations: MigrationSource = {
  room: 'platform',
  folder: new URL('../../migrations/', import.meta.url),
};

/** A file takes what time it needs: half an index is of no use to anybody. */
const limits: Limits = { ...patientLimits, statementMs: 0 };
/** Who waits for a table keeps all others from it that come later, so the wait is short, and repeated. */
const lockTimeoutMs = 1_000;
const triesMax = 60;
const pauseMs = 500;
/** Between two looks whether another process is done. */
const lookEveryMs = 200;

/**
 * Brings a database up to date: forward only, each file in a transaction of its own, one process at a time
 * (the others wait, then find nothing to do). A file may take as long as it needs; one that finds a table in use gives
 * way to those who use it, and comes again.
 */
export async function migrate(pool: pg.Pool, sources: MigrationSource[]): Promise<void> {
  const patient = poolBeside(pool, { name: 'migration', connectionsMax: 1, limits });
  try {
    await migrateLocked(await patient.connect(), sources);
  } finally {
    await patient.end();
  }
}

/** The files that the database still lacks, as `room/name`. Ones that a later version brought are no matter. */
export async function missingMigrations(pool: pg.Pool, sources: MigrationSource[]): Promise<string[]> {
  const { rows } = await pool.query<{ there: boolean }>(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS there",
  );
  const missing: string[] = [];
  for (const source of sources) {
    const done = rows[0]?.there ? await namesApplied(pool, source) : new Set();
    const names = (await namesOf(source)).filter((name) => !done.has(name));
    missing.push(...names.map((name) => `${source.room}/${name}`));
  }
  return missing;
}

/** The lock ends with the connection. */
async function migrateLocked(client: pg.PoolClient, sources: MigrationSource[]): Promise<void> {
  try {
    // Also where a role or the database has a limit of its own.
    await client.query('SET statement_timeout = 0');
    while (!(await tryLock(client))) await sleep(lookEveryMs);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      room text, name text, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (room, name))`);
    for (const source of sources) await applyMissing(client, source);
  } finally {
    client.release(true);
  }
}

/** Asked for again and again: a statement that waits would hold a snapshot, and keep dead rows alive meanwhile. */
async function tryLock(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    advisoryLocks.migrations,
  ]);
  return rows[0]?.locked === true;
}

async function applyMissing(client: pg.PoolClient, source: MigrationSource): Promise<void> {
  const names = await namesOf(source);
  const done = await namesApplied(client, source);
  for (const name of names.filter((each) => !done.has(each))) {
    const statements = await readFile(new URL(name, source.folder), 'utf8');
    await applyFile(client, { room: source.room, name, statements }).catch((error: unknown) => {
      throw new Error(`migration ${source.room}/${name} failed`, { cause: error });
    });
  }
}

type File = { room: string; name: string; statements: string };

async function applyFile(client: pg.PoolClient, file: File): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await applyOnce(client, file);
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      if (tries === triesMax || !isGivenUp(error)) throw error;
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
}

async function applyOnce(client: pg.PoolClient, { room, name, statements }: File): Promise<void> {
  await client.query('BEGIN');
  await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  await client.query(statements);
  await client.query('INSERT INTO schema_migrations (room, name) VALUES ($1, $2)', [room, name]);
  await client.query('COMMIT');
}

async function namesOf(source: MigrationSource): Promise<string[]> {
  const files = await readdir(fileURLToPath(source.folder));
  const names = files.filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  assertNumberedOnce(source, names);
  return names;
}

async function namesApplied(
  client: pg.Pool | pg.PoolClient,
  { room }: MigrationSource,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM schema_migrations WHERE room = $1',
    [room],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Two files with one number come in an order that nobody chose. */
function assertNumberedOnce({ room }: MigrationSource, names: string[]): void {
  const twice = names.find((name, index) => names[index - 1]?.slice(0, 4) === name.slice(0, 4));
  if (twice) throw new Error(`two migrations of ${room} are numbered ${twice.slice(0, 4)}`);
}
