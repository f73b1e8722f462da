import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../problems/problem.ts';
import { createLog } from '../../process/log.ts';
import { type WorkerPoolOptions, workerPool } from './pool.ts';
import { type FailureReason, TaskFailed } from './task-failed.ts';

type Echo = { pid: number; done: number; bytes: number; first: number | undefined };

const open: { close: () => Promise<void> }[] = [];
after(() => Promise.all(open.map((pool) => pool.close())));

function poolWith(options: Partial<WorkerPoolOptions> = {}) {
  const pool = workerPool<string, Echo>({
    module: new URL('testing/planted-worker.ts', import.meta.url),
    workersMax: 1,
    waitingMax: 10,
    timeMs: 60_000,
    memoryMb: 256,
    log: createLog('silent'),
    ...options,
  });
  open.push(pool);
  return pool;
}

const failedWith = (reason: FailureReason) => (error: unknown) => {
  assert.ok(error instanceof TaskFailed, String(error));
  assert.equal(error.reason, reason, error.message);
  return true;
};
const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ProblemError && error.code === code;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function eventuallyGone(pid: number): Promise<void> {
  for (let waitedMs = 0; isAlive(pid); waitedMs += 20) {
    assert.ok(waitedMs < 30_000, `process ${pid} is still there`);
    await sleep(20);
  }
}

async function* pieces(count: number, bytes: number) {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(bytes).fill(7);
}

suite('a task', () => {
  test('gets its content whole, in a process that serves again', async () => {
    const pool = poolWith();
    const first = await pool.run('echo', pieces(144, 65_536));
    assert.deepEqual([first.bytes, first.first], [144 * 65_536, 7]);
    assert.notEqual(first.pid, process.pid);
    const second = await pool.run('echo');
    assert.deepEqual(second, { pid: first.pid, done: 2, bytes: 0, first: undefined });
  });

  test('that throws fails alone', async () => {
    const pool = poolWith();
    const { pid } = await pool.run('echo');
    await assert.rejects(pool.run('throw'), failedWith('error'));
    assert.equal((await pool.run('echo')).pid, pid);
  });

  test('whose content breaks off says why, and leaves no half task to the next', async () => {
    const pool = poolWith();
    const broken = async function* () {
      yield new Uint8Array(10);
      throw new Error('the disk is gone');
    };
    await assert.rejects(pool.run('echo', broken()), /the disk is gone/);
    assert.equal((await pool.run('echo')).bytes, 0);
  });

  test('sees no secret and reaches nothing outside', async () => {
    const pool = workerPool<string, unknown>({
      module: new URL('testing/planted-worker.ts', import.meta.url),
      workersMax: 1,
      waitingMax: 1,
      timeMs: 60_000,
      memoryMb: 256,
      log: createLog('silent'),
    });
    open.push(pool);
    const environment = await pool.run('environment');
    assert.ok(!JSON.stringify(environment).includes('PATH'), JSON.stringify(environment));
    await assert.rejects(pool.run('write'), /ERR_ACCESS_DENIED|restricted/);
    assert.match(String(await pool.run('spawn').catch(String)), /ERR_ACCESS_DENIED|restricted/);
    await assert.rejects(pool.run('connect'), /ERR_ACCESS_DENIED|restricted/);
  });
});

suite('a task that takes', () => {
  for (const task of ['loop', 'never']) {
    test(`too much time by “${task}” is killed, and the next is served`, async () => {
      const pool = poolWith({ timeMs: 1_000 });
      await assert.rejects(pool.run(task), failedWith('time'));
      const next = poolWith();
      assert.equal((await next.run('echo')).done, 1);
    });
  }

  for (const task of ['one array', 'growing map', 'growing object', 'many objects', 'many buffers']) {
    test(`too much memory by “${task}” ends its worker only`, async () => {
      const pool = poolWith({ memoryMb: 160 });
      await assert.rejects(pool.run(task), failedWith('memory'));
      assert.equal((await pool.run('echo')).done, 1);
    });
  }

  for (const task of ['crash', 'exit']) {
    test(`its worker along by “${task}” is told from those`, async () => {
      const pool = poolWith();
      await assert.rejects(pool.run(task), failedWith('crash'));
      assert.equal((await pool.run('echo')).done, 1);
    });
  }
});

suite('a pool', () => {
  test('keeps to its number of workers, serves in turn and refuses what is too much', async () => {
    const pool = poolWith({ workersMax: 2, waitingMax: 4 });
    const served = Array.from({ length: 6 }, () => pool.run('echo'));
    await assert.rejects(pool.run('echo'), refusedWith('overloaded'));
    const pids = (await Promise.all(served)).map(({ pid }) => pid);
    assert.ok(new Set(pids).size <= 2, String(pids));
    assert.ok((await pool.run('echo')).pid);
  });

  test('starts none without work, and lets those without work go', async () => {
    const pool = poolWith({ idleMs: 50 });
    const { pid } = await pool.run('echo');
    await eventuallyGone(pid);
    assert.equal((await pool.run('echo')).done, 1);
  });

  test('replaces a worker that dies while it rests', async () => {
    const pool = poolWith({ idleMs: 60_000 });
    const { pid } = await pool.run('echo');
    process.kill(pid, 'SIGKILL');
    await eventuallyGone(pid);
    assert.notEqual((await pool.run('echo')).pid, pid);
  });

  test('tells a worker that does not start from a task that fails', async () => {
    const pool = poolWith({ module: new URL('testing/no-such-worker.ts', import.meta.url) });
    await assert.rejects(pool.run('echo'), refusedWith('unavailable'));
  });

  test('closed while it works ends its workers and refuses the rest', async () => {
    const pool = poolWith({ waitingMax: 1 });
    const { pid } = await pool.run('echo');
    const working = assert.rejects(pool.run('loop'), refusedWith('unavailable'));
    const waiting = assert.rejects(pool.run('echo'), refusedWith('unavailable'));
    await pool.close();
    await Promise.all([working, waiting]);
    await eventuallyGone(pid);
    await assert.rejects(pool.run('echo'), refusedWith('unavailable'));
  });

  test('whose process is killed leaves no worker behind, not even one in a loop', async () => {
    const parent = fork(new URL('testing/abandoning-parent.ts', import.meta.url));
    const [pid]: number[] = await once(parent, 'message');
    assert.ok(pid && isAlive(pid));
    parent.kill('SIGKILL');
    await eventuallyGone(pid);
  });
});
