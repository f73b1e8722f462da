import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type pg from 'pg';
import { isUnavailable } from '../../database/failures.ts';
import { openPool } from '../../database/pool.ts';
import { createLog } from '../../process/log.ts';
import { startEmbeddedPostgres } from './server.ts';
import type { PostgresLost } from './supervise.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-supervise-'));
const lost = Promise.withResolvers<PostgresLost>();
const server = await startEmbeddedPostgres({
  folder,
  durable: true,
  log: createLog('silent'),
  onLost: lost.resolve,
});
const url = await server.database('kept');
const pool = openPool({ url, connectionsMax: 4 });
after(async () => {
  await pool.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
await pool.query('CREATE TABLE kept (n integer PRIMARY KEY)');

const pidFile = join(folder, 'data', 'postmaster.pid');

/** Kills the postmaster; answers how to wait until the next one serves: for an instant its backends outlive it. */
async function killPostmaster(): Promise<{ untilServed: () => Promise<void> }> {
  const startedSql = 'SELECT pg_postmaster_start_time()::text AS at';
  const startedAt = async () => (await pool.query<{ at: string }>(startedSql)).rows[0]?.at;
  const before = await startedAt();
  process.kill(Number((await readFile(pidFile, 'utf8')).split('\n')[0]), 'SIGKILL');
  const next = async () => {
    if ((await startedAt()) === before) throw new Error('timeout expired');
  };
  return { untilServed: () => whileAway(next) };
}

const portNow = () => Number(new URL(url()).port);

/** Repeats what fails because the database is away, for as long as a person would wait at most. */
async function whileAway<T>(attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + 75_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

const insert = (on: pg.Pool, n: number) => on.query('INSERT INTO kept VALUES ($1)', [n]);

test('a postmaster that is killed is started again on its port, with everything committed', async () => {
  const port = portNow();
  for (const n of [1, 2]) {
    await insert(pool, n);
    const { untilServed } = await killPostmaster();
    await untilServed();
  }
  const { rows } = await pool.query<{ n: number }>('SELECT n FROM kept ORDER BY n');
  assert.deepEqual(
    rows.map((row) => row.n),
    [1, 2],
  );
  assert.equal(portNow(), port);
});

test('frozen backends of a killed postmaster do not keep the next one from starting', async () => {
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  process.kill(rows[0]?.pid ?? 0, 'SIGSTOP');
  const { untilServed } = await killPostmaster();
  await untilServed();
  client.release(true);
});

test('when another program has taken the port meanwhile, the server comes up on another', async () => {
  const taken = portNow();
  const { untilServed } = await killPostmaster();
  const occupier = createServer((socket) => socket.destroy());
  await whileAway(
    () =>
      new Promise<void>((resolve, reject) => {
        occupier.once('error', () => reject(new Error('timeout expired')));
        occupier.listen(taken, '127.0.0.1', resolve);
      }),
  );
  await untilServed();
  assert.notEqual(portNow(), taken);
  occupier.close();
});

test('one that cannot be started again is given up, and says why', async () => {
  const control = join(folder, 'data', 'global', 'pg_control');
  await rename(control, `${control}.gone`);
  await killPostmaster();
  const error = await lost.promise;
  assert.match(error.message, /cannot be started again.*control/s);
  await assert.rejects(pool.query('SELECT 1'), isUnavailable);
});
