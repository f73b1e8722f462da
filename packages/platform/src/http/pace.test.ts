import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

/** Seconds until a transfer is too slow, of one that moves so many bytes in each second; undefined when it never is. */
function endsAfter(bytesIn: (second: number) => number, isWaitedFor = (_second: number) => true) {
  const pace = new Pace(0, 0);
  let bytes = 0;
  for (let second = 1; second <= 3_600; second += 1) {
    bytes += bytesIn(second);
    if (pace.isTooSlow(second * 1000, bytes, isWaitedFor(second))) return second;
  }
  return undefined;
}

test('who keeps 4 KiB/s is never too slow, whoever keeps less is', () => {
  assert.equal(
    endsAfter(() => 4_096),
    undefined,
  );
  const slow = endsAfter(() => 3_000);
  assert.ok(slow !== undefined && slow > 60 && slow < 180, `ended after ${slow} s`);
});

test('a pause of half a minute is forgiven, a longer one is not, however much came before', () => {
  assert.equal(
    endsAfter((second) => (second > 60 && second <= 90 ? 0 : 50_000)),
    undefined,
  );
  assert.equal(
    endsAfter((second) => (second > 60 ? 0 : 500_000)),
    91,
  );
  assert.equal(
    endsAfter(() => 0),
    31,
  );
});

test('a drop now and then does not keep a transfer alive', () => {
  const ended = endsAfter((second) => (second % 20 === 0 ? 1 : 0));
  assert.ok(ended !== undefined && ended <= 32, `ended after ${ended} s`);
});

test('time in which this side is not ready does not count', () => {
  assert.equal(
    endsAfter(
      () => 0,
      () => false,
    ),
    undefined,
  );
});

test('what was handed over has its time to arrive', () => {
  const pace = new Pace(0, 0);
  for (let second = 1; second <= 46; second += 1) {
    assert.equal(pace.isTooSlow(second * 1000, 0, true, 65_536), false);
  }
  assert.equal(pace.isTooSlow(47_000, 0, true, 65_536), true);
});

test('time in which this process stood still is not held against anybody', () => {
  const pace = new Pace(0, 0);
  assert.equal(pace.isTooSlow(600_000, 0, true), false);
});
