import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../problems/problem.ts';
import { handOver } from './hand-over.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test('the bad ones are found out, and each of the others is handled once and in order', async () => {
  const handled: number[] = [];
  let calls = 0;
  const result = await handOver(range(101), async (part) => {
    calls += 1;
    if (part.includes(17) || part.includes(100)) throw new Error('this cannot be handled');
    handled.push(...part);
  });
  assert.deepEqual(result.bad, [17, 100]);
  assert.deepEqual(
    handled,
    range(101).filter((each) => each !== 17 && each !== 100),
  );
  assert.deepEqual(result.done, handled);
  assert.match(String(result.fault), /cannot be handled/);
  assert.ok(calls < 40, `${calls} calls`);
});

test('an outage stops it at once: what is left is nobody’s fault', async () => {
  const outage = problem('unavailable');
  let calls = 0;
  const result = await handOver(range(8), async (part) => {
    calls += 1;
    if (part.length > 2) throw new Error('a bad one is among them');
    if (part.includes(2)) throw outage;
  });
  assert.deepEqual(result, { done: [0, 1], bad: [], later: [2, 3, 4, 5, 6, 7], outage });
  assert.equal(calls, 4);
});

test('where there is nothing to handle nobody is called', async () => {
  const result = await handOver([], async () => assert.fail('called'));
  assert.deepEqual(result, { done: [], bad: [], later: [] });
});
