import assert from 'node:assert/strict';
import { test } from 'node:test';
import { microBatch } from './micro-batch.ts';

/** A batch of the numbers 0 to 9, whose statement fails as `failure` says. */
async function callAll(failure: (items: number[]) => Error | undefined) {
  const runs: number[][] = [];
  const call = microBatch<number, number>({
    name: 'slots',
    run: async (items) => {
      runs.push(items);
      const error = failure(items);
      if (error) throw error;
      return items;
    },
    itemsMax: 100,
    concurrencyMax: 1,
    waitingMax: 100,
    isolateFailures: true,
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => call(i)));
  return { runs, fulfilled: outcomes.filter(({ status }) => status === 'fulfilled').length };
}

test('one bad item fails alone', async () => {
  const { fulfilled } = await callAll((items) => (items.includes(3) ? new Error('bad item') : undefined));
  assert.equal(fulfilled, 9);
});

test('when the connection is lost nothing is repeated: it may have taken effect, and others wait', async () => {
  const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const { runs, fulfilled } = await callAll(() => lost);
  assert.equal(runs.length, 1);
  assert.equal(fulfilled, 0);
});
