import assert from 'node:assert/strict';
import type { Counters } from '../http/counters.ts';
import type { Contract } from './contract.ts';

/** Counters whose clock stands still, five seconds into a minute, until it is moved on. */
export type CountersUnderTest = { counters: Counters; passMs: (ms: number) => void };

const countOf = async (counters: Counters, key: string) => (await counters.count(key)).count;

/** What every adapter of {@link Counters} must do. */
export const countersContract: Contract<CountersUnderTest> = {
  'each key is counted by itself, and each call counts one': async ({ counters }) => {
    assert.equal(await countOf(counters, 'ana'), 1);
    assert.equal(await countOf(counters, 'ana'), 2);
    assert.equal(await countOf(counters, 'bia'), 1);
    assert.equal(await countOf(counters, 'ana'), 3);
  },

  'no two of many calls at once get the same count': async ({ counters }) => {
    const counts = await Promise.all(Array.from({ length: 200 }, () => countOf(counters, 'ana')));
    assert.deepEqual(
      counts.toSorted((a, b) => a - b),
      counts.map((_, index) => index + 1),
    );
  },

  'the minute of every key ends together, and then each begins anew': async ({ counters, passMs }) => {
    assert.deepEqual(await counters.count('ana'), { count: 1, leftMs: 55_000 });
    passMs(50_000);
    assert.deepEqual(await counters.count('bia'), { count: 1, leftMs: 5_000 });
    assert.deepEqual(await counters.count('ana'), { count: 2, leftMs: 5_000 });
    passMs(5_000);
    assert.deepEqual(await counters.count('ana'), { count: 1, leftMs: 60_000 });
    assert.deepEqual(await counters.count('bia'), { count: 1, leftMs: 60_000 });
  },

  'a caller is still counted after 200,000 others came': async ({ counters }) => {
    await counters.count('first');
    for (let others = 0; others < 200_000; others += 200) {
      await Promise.all(Array.from({ length: 200 }, (_, index) => counters.count(`other ${others + index}`)));
    }
    assert.equal(await countOf(counters, 'first'), 2);
  },
};
