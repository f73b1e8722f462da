import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@consulta/platform/process';
import { type Kept, keepUp } from './keep-up.ts';

const log = createLog('silent');
const node = process.execPath;
const patience = { firstPauseMs: 50, longestPauseMs: 200, steadyMs: 60_000 };

const script = (code: string) => ({ name: 'one', command: node, args: ['-e', code], words: 'log' as const });

/** Waits for a state; a minute is far beyond what anything here takes. */
async function until<T>(found: () => T | undefined): Promise<T> {
  for (const deadlineMs = performance.now() + 60_000; performance.now() < deadlineMs; await sleep(10)) {
    const value = found();
    if (value !== undefined) return value;
  }
  throw new Error('it did not come to that');
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Whether a process has a handler for a signal (Linux). */
function catches(pid: number, signal: number): true | undefined {
  const [, mask = '0'] = /^SigCgt:\s+(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n ? true : undefined;
}

const next = (kept: Kept, not: number) =>
  until(() => {
    const pid = kept.pid();
    return pid === not ? undefined : pid;
  });

test('what is killed is started again; what is stopped is not', async () => {
  const pids: number[] = [];
  const kept = keepUp(script('setInterval(() => {}, 1e6)'), {
    log,
    patience,
    onStart: (pid) => pids.push(pid),
  });
  const first = await next(kept, 0);
  process.kill(first, 'SIGKILL');
  const second = await next(kept, first);
  await kept.stop('SIGTERM', 30_000);
  assert.deepEqual(pids, [first, second]);
  assert.equal(isAlive(second), false);
});

test('what ends again and again is started after ever longer pauses', async () => {
  const startedAtMs: number[] = [];
  const kept = keepUp(script(''), { log, patience, onStart: () => startedAtMs.push(performance.now()) });
  await until(() => startedAtMs[5]);
  await kept.stop('SIGTERM', 30_000);
  const gapsMs = startedAtMs.slice(1).map((at, index) => at - (startedAtMs[index] ?? 0));
  for (const [index, leastMs] of [50, 100, 200, 200, 200].entries()) {
    assert.ok((gapsMs[index] ?? 0) >= leastMs - 1, `pause ${index} lasted ${gapsMs[index]} ms`);
  }
});

test('one that does not heed is killed', {
  skip: process.platform !== 'linux' && 'there is no /proc here',
}, async () => {
  const kept = keepUp(script("process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)"), {
    log,
    patience,
  });
  const pid = await next(kept, 0);
  await until(() => catches(pid, constants.signals.SIGTERM));
  await kept.stop('SIGTERM', 100);
  assert.equal(isAlive(pid), false);
});

test('a program that is not there is tried again, and can be stopped', async () => {
  const kept = keepUp({ name: 'none', command: '/nowhere/none', args: [] }, { log, patience });
  await sleep(0);
  await kept.stop('SIGTERM', 30_000);
});

test('what is kept up ends with the process that keeps it, also when that is killed', {
  skip: process.platform !== 'linux' && 'Linux alone ends what a killed process started',
}, async () => {
  const keeper = `
    import { keepUp } from ${JSON.stringify(import.meta.resolve('./keep-up.ts'))};
    import { createLog } from '@consulta/platform/process';
    const program = { name: 'one', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e6)'] };
    keepUp(program, { log: createLog('silent'), onStart: (pid) => console.log(pid) });`;
  const child = spawn(node, ['--input-type=module', '-e', keeper], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const pid = Number(String(line));
  // Once it is what it was started as, the kernel knows with whom it ends.
  await until(() => (readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(node) ? true : undefined));
  child.kill('SIGKILL');
  await until(() => (isAlive(pid) ? undefined : true));
});
