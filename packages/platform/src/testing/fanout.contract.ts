import assert from 'node:assert/strict';
import { type Channel, channels, type Revocation } from '@consulta/contracts';
import type { Fanout } from '../messaging/fanout.ts';
import type { Contract } from './contract.ts';

const someone = '01936f0a-0000-7000-8000-000000000001';
const revocation: Revocation = { kind: 'session', id: someone, at: '2026-11-25T12:00:00.000Z' };
const decisions = Array.from({ length: 100 }, (_, index) => [`${someone.slice(0, -3)}${100 + index}`]);

/** What every adapter of {@link Fanout} must do. */
export const fanoutContract: Contract<Fanout> = {
  'every listener of a channel hears a message, and nobody on another channel does': async (
    fanout,
    within,
  ) => {
    const elsewhere = hear(fanout, channels.eventsPending, 1);
    const listeners = [hear(fanout, channels.revoked, 1), hear(fanout, channels.revoked, 1)];
    fanout.publish(channels.revoked, revocation);
    for (const listener of listeners) assert.deepEqual(await within(listener.all), [revocation]);
    fanout.publish(channels.eventsPending, null);
    assert.deepEqual(await within(elsewhere.all), [null]);
  },

  'messages of a channel come once each, in the order they were published': async (fanout, within) => {
    const listener = hear(fanout, channels.appointmentsDecided, decisions.length);
    for (const decided of decisions) fanout.publish(channels.appointmentsDecided, decided);
    assert.deepEqual(await within(listener.all), decisions);
  },

  'no listener holds an object of the publisher or of another listener': async (fanout, within) => {
    const [one, other] = [hear(fanout, channels.revoked, 1), hear(fanout, channels.revoked, 1)];
    const sent = { ...revocation };
    fanout.publish(channels.revoked, sent);
    sent.kind = 'user';
    const [[first], [second]] = await within(Promise.all([one.all, other.all]));
    assert.deepEqual([first, second], [revocation, revocation]);
    if (first) first.kind = 'user';
    assert.deepEqual(second, revocation);
  },

  'a listener that has stopped hears nothing more, while others do': async (fanout, within) => {
    const [stopped, going] = [
      hear(fanout, channels.appointmentsDecided, 1),
      hear(fanout, channels.appointmentsDecided, 2),
    ];
    const [first = [], second = []] = decisions;
    fanout.publish(channels.appointmentsDecided, first);
    await within(stopped.all);
    stopped.stop();
    fanout.publish(channels.appointmentsDecided, second);
    assert.deepEqual(await within(going.all), [first, second]);
    assert.deepEqual(stopped.heard, [first]);
  },

  'a listener that throws keeps neither the publisher nor the others from going on': async (
    fanout,
    within,
  ) => {
    fanout.subscribe(channels.appointmentsDecided, () => {
      throw new Error('this listener cannot take anything');
    });
    const listener = hear(fanout, channels.appointmentsDecided, 2);
    for (const decided of decisions.slice(0, 2)) fanout.publish(channels.appointmentsDecided, decided);
    assert.deepEqual(await within(listener.all), decisions.slice(0, 2));
  },

  'what is not a message of its channel reaches no listener': async (fanout, within) => {
    const listener = hear(fanout, channels.appointmentsDecided, 1);
    const loose: Channel<unknown> = {
      ...channels.appointmentsDecided,
      isMessage: (value): value is unknown => value !== undefined,
    };
    fanout.publish(loose, 'of another version');
    const [decided = []] = decisions;
    fanout.publish(channels.appointmentsDecided, decided);
    assert.deepEqual(await within(listener.all), [decided]);
  },
};

/** Listens to a channel: what was heard so far, and all of it once `count` messages came. */
function hear<M>(fanout: Fanout, channel: Channel<M>, count: number) {
  const heard: M[] = [];
  const { promise, resolve } = Promise.withResolvers<M[]>();
  const stop = fanout.subscribe(channel, (message: M) => {
    heard.push(message);
    if (heard.length === count) resolve(heard);
  });
  return { heard, all: promise, stop };
}
