import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { advisoryLocks } from '../database/advisory-locks.ts';
import { type Connection, patientLimits, withConnection } from '../database/connection.ts';
import { type MigrationSource, migrate } from '../database/migrate.ts';
import { openPool } from '../database/pool.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/postgres/server.ts';
import { createLog } from '../process/log.ts';

const environmentName = 'TEST_POSTGRES_URL';
let ownServer: Promise<EmbeddedPostgres> | undefined;

/** Starts the PostgreSQL that all test files of a run share and names it in the environment. */
export async function startTestServer(): Promise<{ stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-test-'));
  const settings = { max_connections: '400', shared_buffers: '128MB' };
  const server = await startEmbeddedPostgres({ folder, durable: false, log: createLog('silent'), settings });
  process.env[environmentName] = server.administrationUrl('postgres');
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { stop };
}

export type TestDatabase = { url: string; pool: pg.Pool; drop: () => Promise<void> };

/**
 * A database of one's own with these migrations, copied from a template that is made once per content of the
 * migrations. Without a server from the test run, one is started for this process.
 */
export async function createTestDatabase(sources: MigrationSource[]): Promise<TestDatabase> {
  const serverUrl = process.env[environmentName] ?? (await ownServerUrl());
  const template = await ensureTemplate(serverUrl, sources);
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await administer(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = databaseUrl(serverUrl, name);
  // Tests hold transactions open on purpose, on machines that are busy.
  const pool = openPool({
    url,
    connectionsMax: 20,
    limits: { ...patientLimits, idleInTransactionMs: 60_000 },
  });
  const drop = async () => {
    await pool.end();
    await administer(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    if (ownServer && serverUrl === (await ownServerUrl())) {
      await (await ownServer).stop();
      ownServer = undefined;
    }
  };
  return { url, pool, drop };
}

async function ownServerUrl(): Promise<string> {
  ownServer ??= mkdtemp(join(tmpdir(), 'consulta-test-')).then((folder) =>
    startEmbeddedPostgres({ folder, durable: false, log: createLog('silent') }),
  );
  return (await ownServer).administrationUrl('postgres');
}

async function ensureTemplate(serverUrl: string, sources: MigrationSource[]): Promise<string> {
  const name = `template_${(await contentHash(sources)).slice(0, 24)}`;
  await administer(serverUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.testTemplate]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount !== 0) return;
    const building = `${name}_building`;
    await client.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${building}`);
    const pool = openPool({ url: databaseUrl(serverUrl, building), connectionsMax: 2 });
    await migrate(pool, sources).finally(() => pool.end());
    await client.query(`ALTER DATABASE ${building} RENAME TO ${name}`);
  });
  return name;
}

async function contentHash(sources: MigrationSource[]): Promise<string> {
  const hash = createHash('sha256');
  for (const { room, folder } of sources) {
    const path = fileURLToPath(folder);
    for (const name of (await readdir(path)).sort())
      hash.update(`${room}/${name}\n${await readFile(join(path, name), 'utf8')}`);
  }
  return hash.digest('hex');
}

const administer = <T>(serverUrl: string, work: (connection: Connection) => Promise<T>): Promise<T> =>
  withConnection({ connectionString: serverUrl }, patientLimits, work);

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
