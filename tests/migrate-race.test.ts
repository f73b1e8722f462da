import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aloneSystem } from './support/alone-system.ts';
import { eventually } from './support/eventually.ts';
import { join, patientInput } from './support/people.ts';
import { runCommand } from './support/service-process.ts';

/*
 * A version is rolled out while the one before serves, and twenty processes migrate the same database at once.
 */

const processes = 20;
const repository = fileURLToPath(new URL('../', import.meta.url));

const { databases, databaseUrlOf, start, serviceOf, apiOf, stop } = await aloneSystem();
const { pool } = databases.user;
const folder = await mkdtemp(joinPath(tmpdir(), 'consulta-next-version-'));
after(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

/** Runs a user service's `migrate.ts` in that many processes; answers what those that failed say. */
async function migrateAtOnce(script: string): Promise<string[]> {
  const environment = { DATABASE_URL: databaseUrlOf('user') };
  const ends = await Promise.allSettled(
    Array.from({ length: processes }, () => runCommand([script], environment)),
  );
  return ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
}

/** The files that are noted as applied, one as often as it is noted. */
async function applied(): Promise<string[]> {
  const { rows } = await pool.query<{ file: string }>(
    `SELECT room || '/' || name AS file FROM schema_migrations`,
  );
  return rows.map(({ file }) => file).sort();
}

async function filesThere(): Promise<string[]> {
  const namesIn = (migrations: string) => readdir(joinPath(repository, migrations));
  const platform = await namesIn('packages/platform/migrations');
  const user = await namesIn('services/user/migrations');
  return [...platform.map((name) => `platform/${name}`), ...user.map((name) => `user/${name}`)].sort();
}

const userIsReady = () =>
  eventually(async () => assert.equal((await serviceOf('user').readiness())?.status, 200), 120_000);

test('twenty processes fill an empty database at once, and each file runs once', async () => {
  assert.deepEqual(await migrateAtOnce(joinPath(repository, 'services/user/src/migrate.ts')), []);
  assert.deepEqual(await applied(), await filesThere());
});

/** A lock that nothing else in the database takes. */
const gate = 1;
/** What the next version brings: at the gate it waits for the test, and each run that is not undone leaves a row. */
const nextFiles = {
  '9998_nickname.sql': `
    SELECT pg_advisory_xact_lock(${gate});
    INSERT INTO runs VALUES ('nickname');
    ALTER TABLE users ADD COLUMN nickname text NOT NULL DEFAULT 'nobody';`,
  '9999_nickname_length.sql': `
    INSERT INTO runs VALUES ('nickname length');
    ALTER TABLE users ADD CONSTRAINT nickname_length CHECK (length(nickname) < 100);`,
};

/** Makes the next version of the user service, which differs in its migrations; answers its `migrate.ts`. */
async function nextVersion(): Promise<string> {
  const service = joinPath(folder, 'services', 'user');
  for (const part of ['package.json', 'src', 'migrations'])
    await cp(joinPath(repository, 'services', 'user', part), joinPath(service, part), { recursive: true });
  await symlink(joinPath(repository, 'node_modules'), joinPath(folder, 'node_modules'), 'junction');
  for (const [name, statements] of Object.entries(nextFiles))
    await writeFile(joinPath(service, 'migrations', name), statements);
  return joinPath(service, 'src', 'migrate.ts');
}

/** Closes the gate to the next version's migration; answers what opens it. */
async function closeGate(): Promise<() => void> {
  await pool.query('CREATE TABLE runs (file text)');
  const client = await pool.connect();
  await client.query(`SELECT pg_advisory_lock(${gate})`);
  return () => client.release(true);
}

/** Asks the version before without a pause who one is and whether it is ready; notes what it answers. */
function askWithoutPause(token: string): { answers: unknown[]; stop: () => Promise<void> } {
  const answers: unknown[] = [];
  let asking = true;
  const ask = async () => [
    (await apiOf('user').call('GET', '/users/me', { token })).status,
    (await serviceOf('user').readiness())?.status,
  ];
  const askOn = async () => {
    while (asking) answers.push(await ask().catch(String));
  };
  const asked = askOn();
  const stopAsking = () => {
    asking = false;
    return asked;
  };
  return { answers, stop: stopAsking };
}

async function assertAllAtTheGate(): Promise<void> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'migration'`,
  );
  assert.equal(rowCount, processes);
}

test('twenty processes of the next version migrate at once, each file runs once, and the version before answers', async () => {
  await start('user', { RATE_LIMITS: 'off' });
  await userIsReady();
  const { token } = await join(apiOf('user'), patientInput());
  const script = await nextVersion();
  const openGate = await closeGate();
  const { answers, stop: stopAsking } = askWithoutPause(token);
  const migrating = migrateAtOnce(script);
  try {
    await eventually(assertAllAtTheGate, 60_000);
    const before = answers.length;
    await eventually(async () => assert.ok(answers.length > before + 10), 30_000);
  } finally {
    openGate();
    await Promise.all([migrating, stopAsking()]);
  }
  assert.deepEqual(await migrating, []);
  const { rows } = await pool.query('SELECT file FROM runs ORDER BY file');
  assert.deepEqual(rows, [{ file: 'nickname' }, { file: 'nickname length' }]);
  const added = Object.keys(nextFiles).map((name) => `user/${name}`);
  assert.deepEqual(await applied(), [...(await filesThere()), ...added].sort());
  const unexpected = answers.filter((answer) => String(answer) !== '200,200');
  assert.deepEqual(unexpected, []);
});

test('the version before goes on with the tables of the next, also after a restart', async () => {
  await join(apiOf('user'), patientInput());
  assert.equal(await serviceOf('user').terminate(), 0);
  await start('user');
  await userIsReady();
  await join(apiOf('user'), patientInput());
});
