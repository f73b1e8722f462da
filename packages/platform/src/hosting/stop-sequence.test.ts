import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../process/log.ts';
import { stopSequence } from './stop-sequence.ts';

const log = createLog('silent');
const never = () => new Promise<never>(() => {});

test('parts stop in the order opposite to the start, each after the one before it has stopped', async () => {
  const stops = stopSequence(log);
  const seen: string[] = [];
  for (const part of ['first', 'second', 'third']) {
    stops.add(part, 10_000, async () => {
      seen.push(`${part} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${part} ends`);
    });
  }
  assert.deepEqual(await stops.stop(), []);
  const order = ['third begins', 'third ends', 'second begins', 'second ends', 'first begins', 'first ends'];
  assert.deepEqual(seen, order);
});

test('a part that hangs and one that fails keep no other from stopping, and are named', async () => {
  const stops = stopSequence(log);
  let stopped = false;
  stops.add('PostgreSQL', 10_000, () => {
    stopped = true;
  });
  stops.add('fails', 10_000, () => Promise.reject(new Error('no')));
  stops.add('fails at once', 10_000, () => {
    throw new Error('no');
  });
  stops.add('hangs', 5, never);
  stops.add('hangs as well', 5, never);
  assert.deepEqual(await stops.stop(), ['hangs as well', 'hangs', 'fails at once', 'fails']);
  assert.ok(stopped);
});

test('stopping again stops nothing twice', async () => {
  const stops = stopSequence(log);
  let times = 0;
  stops.add('part', 10_000, () => {
    times += 1;
  });
  await Promise.all([stops.stop(), stops.stop()]);
  await stops.stop();
  assert.equal(times, 1);
});

test('a part that is started while everything is being stopped is stopped too, and the start goes no further', async () => {
  const stops = stopSequence(log);
  await stops.stop();
  let stopped = false;
  assert.throws(
    () =>
      stops.add('PostgreSQL', 10_000, () => {
        stopped = true;
      }),
    /being stopped/,
  );
  await stops.stop();
  assert.ok(stopped);
});
