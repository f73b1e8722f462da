import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Counters } from '../../http/counters.ts';
import { brokenPromises, holdTo } from '../../testing/contract.ts';
import { type CountersUnderTest, countersContract } from '../../testing/counters.contract.ts';
import { inProcessCounters } from './counters.ts';

function underTest(fault: (sound: Counters) => Counters = (sound) => sound) {
  let nowMs = Date.UTC(2031, 2, 10, 12, 0, 5);
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  const counters = fault(inProcessCounters(() => nowMs));
  return Promise.resolve({ adapter: { counters, passMs } satisfies CountersUnderTest });
}

holdTo('the counters in this process', countersContract, () => underTest());

test('counters that read before they write, mix keys or never begin anew are found out', async () => {
  const planted: [promise: string, fault: (sound: Counters) => Counters][] = [
    [
      'no two of many calls at once get the same count',
      () => {
        const counts = new Map<string, number>();
        const count = async (key: string) => {
          const before = counts.get(key) ?? 0;
          await Promise.resolve();
          counts.set(key, before + 1);
          return { count: before + 1, leftMs: 55_000 };
        };
        return { count };
      },
    ],
    [
      'each key is counted by itself, and each call counts one',
      ({ count }) => ({ count: () => count('all') }),
    ],
    [
      'the minute of every key ends together, and then each begins anew',
      () => {
        const standing = inProcessCounters(() => Date.UTC(2031, 2, 10, 12, 0, 5));
        return standing;
      },
    ],
  ];
  for (const [promise, fault] of planted) {
    assert.ok((await brokenPromises(countersContract, () => underTest(fault))).includes(promise), promise);
  }
});
