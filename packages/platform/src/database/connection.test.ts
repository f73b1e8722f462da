import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type pg from 'pg';
import { ProblemError } from '../problems/problem.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { DatabaseSilent, type Limits, patientLimits, requestLimits } from './connection.ts';
import { isUnavailable } from './failures.ts';
import { openPool, poolBeside } from './pool.ts';
import { queryBuilder } from './query-builder.ts';
import { inPlainTransaction, inTransaction } from './transactions.ts';

const database = await createTestDatabase([]);
after(() => database.drop());

const shortLimits: Limits = { connectMs: 5_000, statementMs: 1_000, idleInTransactionMs: 60_000 };
const open = (limits: Partial<Limits> = {}, connectionsMax = 1) =>
  openPool({ url: database.url, connectionsMax, limits: { ...shortLimits, ...limits } });

/** Unlike `once` of `node:events` it lets errors pass. */
const untilEvent = (emitter: EventEmitter, event: string) =>
  new Promise((resolve) => emitter.once(event, resolve));

const pidSql = 'SELECT pg_backend_pid() AS pid';

/** Ends a backend as an administrator or a failover does. */
const terminate = (pid: number) => database.pool.query('SELECT pg_terminate_backend($1, 10000)', [pid]);

test('a backend that dies while its connection is held outside a statement costs one error, not the process', async () => {
  const pool = open();
  for (const hold of ['BEGIN', 'SELECT pg_advisory_lock(1)', 'LISTEN something', 'SELECT 1']) {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>(pidSql);
    await client.query(hold);
    const ended = untilEvent(client, 'end');
    await terminate(rows[0]?.pid ?? 0);
    await ended;
    await assert.rejects(client.query('SELECT 1'), isUnavailable);
    client.release();
    assert.equal(pool.totalCount, 0);
    assert.equal((await pool.query('SELECT 1')).rowCount, 1);
  }
  await pool.end();
});

test('a backend that dies in the middle of a transaction makes it fail as unavailable, and the next one succeeds', async () => {
  const pool = open();
  const db = queryBuilder<Record<never, never>>(pool);
  await assert.rejects(
    inPlainTransaction(pool, async (client) => {
      await terminate((await client.query<{ pid: number }>(pidSql)).rows[0]?.pid ?? 0);
      await client.query('SELECT 1');
    }),
    isUnavailable,
  );
  await assert.rejects(
    inTransaction(db, async (trx) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx);
      await terminate(rows[0]?.pid ?? 0);
    }),
    isUnavailable,
  );
  await inTransaction(db, (trx) => sql`SELECT 1`.execute(trx));
  await pool.end();
});

test('an idle connection that dies is replaced, and the owner of the pool is told', async () => {
  const broken: Error[] = [];
  const pool = openPool({ url: database.url, connectionsMax: 1, onError: (error) => broken.push(error) });
  const { rows } = await pool.query<{ pid: number }>(pidSql);
  const removed = untilEvent(pool, 'remove');
  await terminate(rows[0]?.pid ?? 0);
  await removed;
  assert.equal(broken.length, 1);
  assert.equal((await pool.query('SELECT 1')).rowCount, 1);
  await pool.end();
});

test('a frozen backend loses its connection, so that neither a rollback nor the next statement waits for it', async () => {
  const pool = open();
  let frozen = 0;
  const transaction = inPlainTransaction(pool, async (client) => {
    frozen = (await client.query<{ pid: number }>(pidSql)).rows[0]?.pid ?? 0;
    process.kill(frozen, 'SIGSTOP');
    await client.query('SELECT 1');
  });
  await assert.rejects(transaction, DatabaseSilent);
  assert.equal(pool.totalCount, 0);
  const { rows } = await pool.query<{ pid: number }>(pidSql);
  assert.notEqual(rows[0]?.pid, frozen);
  process.kill(frozen, 'SIGCONT');
  await pool.end();
});

test('a slow statement is ended by a healthy server, and its connection serves on', async () => {
  const pool = open();
  const client = await pool.connect();
  await assert.rejects(client.query('SELECT pg_sleep(60)'), { code: '57014' });
  assert.equal((await client.query('SELECT 1')).rowCount, 1);
  client.release();
  await pool.end();
});

test('an answer that came while the event loop was held up is no silence', async () => {
  const pool = open();
  await pool.query('SELECT 1');
  const answer = pool.query('SELECT 1');
  await new Promise((resolve) => setImmediate(resolve));
  const heldUntilMs = performance.now() + 2_500;
  while (performance.now() < heldUntilMs);
  assert.equal((await answer).rowCount, 1);
  await pool.end();
});

test('a connection that rests is not given up, however long', async () => {
  const pool = open();
  const client = await pool.connect();
  await client.query('BEGIN');
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.equal((await client.query('SELECT 1')).rowCount, 1);
  client.release(true);
  await pool.end();
});

test('a transaction that a stopped process left open ends by itself and frees its locks', async () => {
  const pool = open({ idleInTransactionMs: 200 });
  const client = await pool.connect();
  const ended = untilEvent(client, 'end');
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock(2)');
  await ended;
  await assert.rejects(client.query('COMMIT'), isUnavailable);
  client.release();
  const { rows } = await pool.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock(2) AS free');
  assert.equal(rows[0]?.free, true);
  await pool.end();
});

test('sessions end soon where their client stopped in a transaction or vanished from the network', async () => {
  for (const limits of [requestLimits, patientLimits]) {
    const pool = openPool({ url: database.url, connectionsMax: 2, limits });
    const beside = poolBeside(pool, {
      name: 'beside',
      connectionsMax: 1,
      limits,
      settings: { enable_sort: 'off' },
    });
    for (const each of [pool, beside]) {
      const { rows } = await each.query<Record<string, string>>(
        `SELECT current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('tcp_keepalives_idle') AS
           after, current_setting('tcp_keepalives_interval') AS every, current_setting('tcp_keepalives_count') AS times`,
      );
      assert.deepEqual(rows[0], { idle: '5s', after: '5', every: '2', times: '3' });
    }
    await Promise.all([pool.end(), beside.end()]);
  }
});

test('a statement of a client that has hung up is ended, however long it may take', async () => {
  const pool = openPool({ url: database.url, connectionsMax: 1, limits: patientLimits });
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>(pidSql);
  const lost = client.query('SELECT pg_sleep(500)').catch(() => 'lost');
  const state = async () =>
    (
      await database.pool.query<{ state: string }>('SELECT state FROM pg_stat_activity WHERE pid = $1', [
        rows[0]?.pid,
      ])
    ).rows[0]?.state;
  while ((await state()) !== 'active') await new Promise((resolve) => setTimeout(resolve, 10));
  Reflect.get(client, 'connection').stream.destroy();
  assert.equal(await lost, 'lost');
  while ((await state()) !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  client.release(true);
  await pool.end();
});

test('a transaction in which a statement failed unnoticed is not taken for committed', async () => {
  const pool = open();
  const transaction = inPlainTransaction(pool, (client) => client.query('SELECT 1/0').catch(() => undefined));
  await assert.rejects(transaction, /failed unnoticed/);
  await pool.end();
});

test('who would wait for a connection behind too many is refused at once', async () => {
  const pool = open({ connectMs: 60_000 });
  const held = await pool.connect();
  const waiting = Array.from({ length: 10_000 }, () => pool.connect().then((client) => client.release()));
  const overloaded = (error: unknown) => error instanceof ProblemError && error.code === 'overloaded';
  await assert.rejects(pool.connect(), overloaded);
  await assert.rejects(pool.query('SELECT 1'), overloaded);
  held.release();
  await Promise.all(waiting);
  assert.equal((await pool.query('SELECT 1')).rowCount, 1);
  await pool.end();
});

test('a pool beside another has the same database, and limits and settings of its own', async () => {
  const pool = open({}, 2);
  const beside = poolBeside(pool, {
    name: 'beside',
    connectionsMax: 1,
    limits: { ...shortLimits, statementMs: 12_345 },
    settings: { enable_sort: 'off' },
  });
  const { rows } = await beside.query(
    "SELECT current_database() AS name, current_setting('statement_timeout') AS t, current_setting('enable_sort') AS s",
  );
  assert.deepEqual(rows[0], { name: new URL(database.url).pathname.slice(1), t: '12345ms', s: 'off' });
  await Promise.all([pool.end(), beside.end()]);
});

test('a pool asks anew where the database is for each connection', async () => {
  let url = 'postgres://nobody:x@127.0.0.1:1/nothing';
  const pool = openPool({ url: () => url, connectionsMax: 1 });
  await assert.rejects(pool.query('SELECT 1'), isUnavailable);
  url = database.url;
  assert.equal((await pool.query('SELECT 1')).rowCount, 1);
  await pool.end();
});

test('a server that only reads since a failover keeps no connection, so that writing goes on where it can', async () => {
  await database.pool.query('CREATE TABLE written (n int)');
  const name = new URL(database.url).pathname.slice(1);
  const onlyRead = (value: 'on' | 'off') =>
    database.pool.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = ${value}`);
  const insert = 'INSERT INTO written VALUES (1)';
  const writes: ((pool: pg.Pool) => Promise<unknown>)[] = [
    (pool) => pool.query(insert),
    (pool) => inPlainTransaction(pool, (client) => client.query(insert)),
    (pool) => inTransaction(queryBuilder(pool), (trx) => sql.raw(insert).execute(trx)),
  ];
  for (const write of writes) {
    const pool = open();
    await onlyRead('on');
    await assert.rejects(write(pool), isUnavailable);
    await onlyRead('off');
    const untilMs = performance.now() + 10_000;
    while (!(await write(pool).catch((error) => assert.ok(isUnavailable(error)))))
      assert.ok(performance.now() < untilMs, 'it goes on writing to the server that only reads');
    await pool.end();
  }
});
