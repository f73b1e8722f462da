import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { platformMigrations } from '../database/migrate.ts';
import { createLog } from '../process/log.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { type Chore, startChore } from './chore.ts';

const database = await createTestDatabase([platformMigrations]);
after(() => database.drop());
const log = createLog('silent');
const { pool } = database;
const dayMs = 86_400_000;

const start = (name: string, rest: Partial<Chore> & Pick<Chore, 'work'>) =>
  startChore({ name, pool, everyMs: dayMs, log, ...rest });

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error('it never came to be');
    await sleep(10);
  }
}

/** Work that is done by nobody else at the same time, or it is noticed. */
function watchedWork() {
  const seen = { times: 0, under: 0, most: 0 };
  const work = async () => {
    seen.under += 1;
    seen.most = Math.max(seen.most, seen.under);
    await sleep(5);
    seen.under -= 1;
    seen.times += 1;
    return false;
  };
  return { seen, work };
}

/** Looks once whether the chore is to be done, does it if so, and ends. */
async function lookOnce(name: string, rest: Partial<Chore> & Pick<Chore, 'work'>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const isNeeded = async () => {
    resolve();
    return true;
  };
  const chore = start(name, { ...rest, isNeeded });
  await promise;
  await chore.stop();
}

const heldUntil = async (name: string) =>
  (
    await pool.query<{ at: number }>(
      'SELECT extract(epoch FROM held_until)::float8 AS at FROM chores WHERE name = $1',
      [name],
    )
  ).rows[0]?.at;

test('one process at a time does a chore', async () => {
  const { seen, work } = watchedWork();
  const chores = Array.from({ length: 5 }, () => start('crowded', { work, everyMs: 1 }));
  await until(() => seen.times >= 20);
  await Promise.all(chores.map((chore) => chore.stop()));
  assert.equal(seen.most, 1);
});

test('what is done once a day is done once by all processes together, also by those that start later', async () => {
  const { seen, work } = watchedWork();
  await Promise.all(Array.from({ length: 5 }, () => lookOnce('daily', { work })));
  await lookOnce('daily', { work });
  assert.equal(seen.times, 1);
  await lookOnce('daily', { work, atStart: true });
  assert.equal(seen.times, 2, 'unless each does it as it starts');
});

test('more of a chore is done at once, and waking does it although it is not due', async () => {
  let left = 3;
  const chore = start('woken', {
    work: async () => {
      left -= 1;
      return left > 0;
    },
  });
  await until(() => left === 0);
  chore.wake();
  await until(() => left === -1);
  await chore.stop();
});

test('a chore that fails is not done: it is tried again', async () => {
  let times = 0;
  const chore = start('failing', {
    work: async () => {
      times += 1;
      if (times < 3) throw new Error('not now');
      return false;
    },
  });
  await until(() => times === 3);
  await chore.stop();
  await lookOnce('failing', {
    work: async () => {
      times += 1;
      return false;
    },
  });
  assert.equal(times, 3);
});

test('who is at a chore keeps it for as long as that takes', async () => {
  const { promise: finish, resolve: finished } = Promise.withResolvers<void>();
  const chore = start('long', { work: () => finish.then(() => false) });
  await until(async () => (await heldUntil('long')) !== undefined);
  const first = (await heldUntil('long')) ?? 0;
  await until(async () => ((await heldUntil('long')) ?? 0) > first + 1);
  const { seen, work } = watchedWork();
  await lookOnce('long', { work, atStart: true });
  assert.equal(seen.times, 0);
  finished();
  await chore.stop();
});

test('who stopped or vanished in the middle of a chore loses it to another', async () => {
  await pool.query("INSERT INTO chores VALUES ('abandoned', $1, now() + interval '2 seconds')", [
    randomUUID(),
  ]);
  const { seen, work } = watchedWork();
  await lookOnce('abandoned', { work });
  assert.equal(seen.times, 0);
  const chore = start('abandoned', { work, everyMs: 100 });
  await until(() => seen.times > 0);
  await chore.stop();
});
