import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Channel, channels, type Revocation } from '@consulta/contracts';
import { inProcessFanout, readMessage } from './fanout.ts';

const revocation: Revocation = {
  kind: 'session',
  id: '01936f0a-0000-7000-8000-000000000001',
  at: '2026-11-25T12:00:00.000Z',
};

test('no listener holds an object of the publisher or of another listener', () => {
  const fanout = inProcessFanout();
  const heard: Revocation[] = [];
  for (let i = 0; i < 2; i += 1) fanout.subscribe(channels.revoked, (message) => heard.push(message));
  const sent = { ...revocation };
  fanout.publish(channels.revoked, sent);
  sent.kind = 'user';
  assert.deepEqual(heard, [revocation, revocation]);
  assert.notEqual(heard[0], heard[1]);
});

test('a listener that has stopped hears nothing more', () => {
  const fanout = inProcessFanout();
  const heard: Revocation[] = [];
  const stop = fanout.subscribe(channels.revoked, (message) => heard.push(message));
  fanout.publish(channels.revoked, revocation);
  stop();
  fanout.publish(channels.revoked, revocation);
  assert.equal(heard.length, 1);
});

test('what is not a message of its channel is refused when it is read', () => {
  const wrong: [Channel<unknown>, unknown][] = [
    [channels.revoked, { ...revocation, kind: 'everybody' }],
    [channels.revoked, { ...revocation, at: Date.parse(revocation.at) }],
    [channels.appointmentsDecided, 'not a list'],
    [channels.eventsNumbered, [{ streamId: 1 }]],
    [channels.eventsPending, {}],
  ];
  for (const [channel, message] of wrong) {
    assert.throws(() => readMessage(channel, JSON.stringify(message)), /is not its message/);
  }
});

test('a message that JSON would change does not compile', () => {
  // @ts-expect-error: a Date arrives as text, so it must be sent as text
  inProcessFanout().publish(channels.revoked, { ...revocation, at: new Date() });
});
