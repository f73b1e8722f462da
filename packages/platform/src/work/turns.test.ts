import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turns } from './turns.ts';

test('no more than allowed goes on at once, all of it in order, also past failures', async () => {
  const take = turns(3);
  let running = 0;
  let most = 0;
  const started: number[] = [];
  const work = async (index: number) => {
    started.push(index);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (index % 4 === 0) throw new Error('failed');
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => take(() => work(index))));
  assert.equal(most, 3);
  assert.deepEqual(
    started,
    [...started].sort((a, b) => a - b),
  );
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 5);
  assert.equal(await take(async () => 'free again'), 'free again');
});
