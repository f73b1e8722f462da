import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { startEmbeddedPostgres } from '../embedded/postgres/server.ts';
import { createLog } from '../process/log.ts';
import { DatabaseSilent, type Limits } from './connection.ts';
import { isUnavailable } from './failures.ts';
import { openPool, poolBeside } from './pool.ts';
import { inPlainTransaction } from './transactions.ts';

/** Beyond the time of each test: who is refused within it is refused because the server is silent. */
const hourMs = 3_600_000;
const limits: Limits = { connectMs: hourMs, statementMs: hourMs, idleInTransactionMs: hourMs };
const options = { timeout: 60_000 };

const folder = await mkdtemp(join(tmpdir(), 'consulta-silent-'));
const server = await startEmbeddedPostgres({ folder, durable: false, log: createLog('silent') });
const url = server.administrationUrl('postgres');
const pools: pg.Pool[] = [];
after(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(connectionsMax: number, address = url): pg.Pool {
  const pool = openPool({ url: address, connectionsMax, limits });
  pools.push(pool);
  return pool;
}

/** The server's processes: its postmaster and all others. */
async function processes(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
  const [postmaster] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return [Number(postmaster), ...rows.map(({ pid }) => pid)];
}

async function untilServed(pool: pg.Pool): Promise<void> {
  for (;;) {
    try {
      await pool.query('SELECT 1');
      return;
    } catch (error) {
      assert.ok(isUnavailable(error));
      await sleep(20);
    }
  }
}

test(
  'while a server is frozen all are refused, those who wait for a connection too, until it thaws',
  options,
  async () => {
    const [pool, unused] = [open(4), open(2)];
    const beside = poolBeside(pool, { name: 'beside', connectionsMax: 1, limits });
    pools.push(beside);
    const held = await pool.connect();
    await held.query('BEGIN');
    const frozen = await processes(pool);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      const asked = [
        ...Array.from({ length: 2_000 }, () => pool.query('SELECT 1')),
        ...[held.query('SELECT 1'), beside.query('SELECT 1'), unused.query('SELECT 1')],
        inPlainTransaction(pool, (client) => client.query('SELECT 1')),
      ];
      await Promise.all(asked.map((each) => assert.rejects(each, DatabaseSilent)));
      held.release();
      // It stays so: nothing is sent to it, not even to be refused later.
      for (const each of [pool, beside, unused]) {
        await assert.rejects(each.query('SELECT 1'), DatabaseSilent);
        assert.equal(each.totalCount, 0);
      }
      await sleep(1_500);
      await assert.rejects(pool.query('SELECT 1'), DatabaseSilent);
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    for (const each of [pool, beside, unused]) await untilServed(each);
  },
);

test(
  'what takes long on a healthy server is waited for, by those without a connection too',
  options,
  async () => {
    const pool = open(2);
    const locked = await pool.connect();
    await locked.query('SELECT pg_advisory_lock(1)');
    const slow = [
      pool.query('SELECT pg_advisory_lock(1), pg_advisory_unlock(1)'),
      ...Array.from({ length: 10 }, () => pool.query('SELECT 1')),
    ];
    await sleep(2_500);
    await locked.query('SELECT pg_advisory_unlock(1)');
    locked.release();
    await Promise.all(slow);
  },
);

test('one connection that is silent is waited for while the server answers others', options, async () => {
  const pool = open(1);
  const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  const answer = pool.query('SELECT 1');
  await sleep(2_000);
  process.kill(pid, 'SIGCONT');
  assert.equal((await answer).rowCount, 1);
});

test(
  'a server that takes connections and says nothing is silent, and alive with its first word',
  options,
  async () => {
    const sockets = new Set<Socket>();
    let says: string | undefined;
    const mute = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.on('data', () => {
        if (says !== undefined) socket.end(says);
      });
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const pool = open(2, `postgres://nobody:x@127.0.0.1:${port}/nothing`);
    const asked = Array.from({ length: 5 }, () => pool.query('SELECT 1'));
    await Promise.all(asked.map((each) => assert.rejects(each, DatabaseSilent)));
    says = 'N';
    const refused = () => pool.query('SELECT 1').catch((error: unknown) => error);
    while ((await refused()) instanceof DatabaseSilent) await sleep(20);
    mute.close();
    for (const socket of sockets) socket.destroy();
    // Nobody listens there any more: that is no silence.
    assert.ok(!((await refused()) instanceof DatabaseSilent));
  },
);
