import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { createLog } from '../../process/log.ts';
import { startEmbeddedPostgres } from './server.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-roles-'));
const secret = join(folder, 'keys.json');
await writeFile(secret, '{"current":"geheim"}', { mode: 0o600 });
const start = () =>
  startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false, log: createLog('silent') });
let server = await start();
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const denied = '42501';

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  return work(client).finally(() => client.end());
}

test('the role of a database reads no file, writes none, starts no program and becomes nobody else', async () => {
  const statements = [
    `SELECT pg_read_file('${secret}')`,
    `SELECT pg_read_binary_file('${secret}')`,
    `SELECT pg_stat_file('${secret}')`,
    `SELECT pg_ls_dir('${folder}')`,
    `SELECT lo_import('${secret}')`,
    `SELECT lo_export(lo_from_bytea(0, 'x'), '${folder}/planted')`,
    `COPY (SELECT 1) TO '${folder}/planted'`,
    `COPY planted FROM '${secret}'`,
    `COPY planted TO PROGRAM 'cat'`,
    `COPY planted FROM PROGRAM 'id'`,
    'SET ROLE consulta',
    'SET ROLE other',
    'ALTER ROLE plain SUPERUSER',
    'GRANT pg_read_server_files TO plain',
    'CREATE ROLE friend',
    'CREATE DATABASE friend',
    "ALTER SYSTEM SET archive_command = 'id'",
    'SET session_replication_role = replica',
    'SELECT pg_reload_conf()',
    'SELECT rolpassword FROM pg_authid',
    'CREATE EXTENSION file_fdw',
    'CREATE EXTENSION dblink',
  ];
  await server.database('other');
  await withClient((await server.database('plain'))(), async (client) => {
    await client.query('CREATE TABLE planted (line text)');
    for (const statement of statements) {
      await assert.rejects(client.query(statement), { code: denied }, statement);
    }
  });
});

test('a role connects to its own database only', async () => {
  const url = new URL((await server.database('plain'))());
  await server.database('other');
  for (const database of ['other', 'postgres', 'template1']) {
    url.pathname = `/${database}`;
    await assert.rejects(connect(url.href), { code: denied }, database);
  }
});

test('a role makes what migrations make: tables, functions, triggers, schemas and trusted extensions', async () => {
  await withClient((await server.database('owned'))(), async (client) => {
    await client.query(`CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent;
      CREATE SCHEMA queues; CREATE TABLE queues.jobs (id bigint GENERATED ALWAYS AS IDENTITY);
      CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER nothing AFTER INSERT ON queues.jobs EXECUTE FUNCTION nothing()`);
  });
});

/** All that some version made as the superuser; one of each kind that services use, and more. */
const madeBefore = `
  CREATE EXTENSION btree_gist; CREATE EXTENSION unaccent;
  CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, during tstzrange, kind text,
    EXCLUDE USING gist (kind WITH =, during WITH &&));
  INSERT INTO visits (kind) VALUES ('first');
  CREATE TABLE old_style (id serial PRIMARY KEY);
  CREATE SEQUENCE free_standing;
  CREATE VIEW visit_kinds AS SELECT kind FROM visits;
  CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM visits;
  CREATE SCHEMA queues;
  CREATE TYPE queues.job_state AS ENUM ('created', 'active');
  CREATE TYPE pair AS (one text, other text);
  CREATE DOMAIN short AS text CHECK (length(VALUE) < 10);
  CREATE TABLE queues.job (name text, state queues.job_state) PARTITION BY LIST (name);
  CREATE TABLE queues.mail PARTITION OF queues.job FOR VALUES IN ('mail');
  CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql RETURN $1 * 2;
  CREATE FUNCTION on_visit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
  CREATE TRIGGER on_visit AFTER INSERT ON visits FOR EACH ROW EXECUTE FUNCTION on_visit();
  CREATE PROCEDURE nothing() LANGUAGE sql AS '';
  CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer);`;

const notOwned = `
  SELECT relname AS name FROM pg_class WHERE relowner <> current_user::regrole AND relnamespace IN (SELECT oid FROM pg_namespace
    WHERE nspname IN ('public', 'queues'))
  UNION ALL SELECT proname FROM pg_proc WHERE proowner <> current_user::regrole AND NOT EXISTS (SELECT FROM pg_depend
      WHERE objid = pg_proc.oid AND deptype = 'e') AND pronamespace::regnamespace::text IN ('public', 'queues')
  UNION ALL SELECT typname FROM pg_type WHERE typowner <> current_user::regrole AND typnamespace::regnamespace::text IN ('public', 'queues')
    AND typname !~ 'gbtree'
  UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'queues' AND nspowner <> current_user::regrole`;

test('what an earlier version made as the superuser belongs to the role afterwards, as often as it starts', async () => {
  await withClient(server.administrationUrl('postgres'), (client) => client.query('CREATE DATABASE grown'));
  await withClient(server.administrationUrl('grown'), (client) => client.query(madeBefore));
  for (const round of ['upgraded', 'restarted', 'made by the earlier version again']) {
    const url = (await server.database('grown'))();
    await withClient(url, async (client) => {
      assert.deepEqual((await client.query(notOwned)).rows, [], round);
      await client.query(`INSERT INTO visits (kind) VALUES ('${round}'); INSERT INTO queues.job VALUES ('mail', 'active');
        ALTER TABLE visits ADD COLUMN "added ${round}" text; CREATE OR REPLACE VIEW visit_kinds AS SELECT kind FROM visits;
        CREATE EXTENSION IF NOT EXISTS btree_gist; REFRESH MATERIALIZED VIEW counted; SELECT nextval('free_standing');
        INSERT INTO old_style DEFAULT VALUES`);
      const { rows } = await client.query('SELECT kind FROM visits ORDER BY id LIMIT 1');
      assert.deepEqual(rows, [{ kind: 'first' }]);
    });
    if (round === 'restarted') {
      await withClient(server.administrationUrl('grown'), (client) =>
        client.query('CREATE TABLE between_versions (id integer)'),
      );
    }
    await server.stop();
    server = await start();
  }
});

test('a role’s password of an earlier start opens nothing', async () => {
  const before = new URL((await server.database('plain'))());
  const now = new URL((await server.database('plain'))());
  before.port = now.port;
  await assert.rejects(connect(before.href), /password/);
  await (await connect(now.href)).end();
});
