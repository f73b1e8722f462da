import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Fanout } from '../../messaging/fanout.ts';
import { createLog } from '../../process/log.ts';
import { brokenPromises, holdTo } from '../../testing/contract.ts';
import { fanoutContract } from '../../testing/fanout.contract.ts';
import { inProcessFanout } from './fanout.ts';

const log = createLog('silent');
holdTo('the fan-out in this process', fanoutContract, async () => ({ adapter: inProcessFanout(log) }));

/** A fan-out that keeps its promises but for what a test changes. */
const withFault = (fault: Partial<Fanout>) => async () => ({
  adapter: { ...inProcessFanout(log), ...fault },
});

test('a fan-out that hands over live objects is found out', async () => {
  const emitter = new EventEmitter();
  const live = withFault({
    publish: (channel, message) => void emitter.emit(channel.name, message),
    subscribe: (channel, listener) => {
      emitter.on(channel.name, listener);
      return () => emitter.off(channel.name, listener);
    },
  });
  const broken = await brokenPromises(fanoutContract, live);
  assert.ok(broken.includes('no listener holds an object of the publisher or of another listener'));
  assert.ok(broken.includes('what is not a message of its channel reaches no listener'));
  assert.ok(
    broken.includes('a listener that throws keeps neither the publisher nor the others from going on'),
  );
});

test('a fan-out that loses a message, or hands messages over in another order, is found out', async () => {
  const inOrder = 'messages of a channel come once each, in the order they were published';
  for (const change of [
    (pending: (() => void)[]) => pending.slice(1),
    (pending: (() => void)[]) => pending.toReversed(),
    (pending: (() => void)[]) => [...pending, ...pending.slice(-1)],
  ]) {
    const broken = await brokenPromises(fanoutContract, async () => ({ adapter: gathering(change) }));
    assert.ok(broken.includes(inOrder), `${change}`);
  }
});

/** Hands over together, and changed, what was published in one turn of the event loop. */
function gathering(change: (pending: (() => void)[]) => (() => void)[]): Fanout {
  const inner = inProcessFanout(log);
  let pending: (() => void)[] = [];
  const flush = () => {
    for (const publish of change(pending)) publish();
    pending = [];
  };
  return {
    ...inner,
    publish: (channel, message) => {
      const copy = structuredClone(message);
      if (pending.push(() => inner.publish(channel, copy)) === 1) setImmediate(flush);
    },
  };
}

test('a fan-out that goes on calling who has stopped is found out', async () => {
  const inner = inProcessFanout(log);
  const deaf = withFault({
    ...inner,
    subscribe: (channel, listener) => {
      inner.subscribe(channel, listener);
      return () => {};
    },
  });
  assert.ok(
    (await brokenPromises(fanoutContract, deaf)).includes(
      'a listener that has stopped hears nothing more, while others do',
    ),
  );
});
