import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Channel, channels, type Revocation } from '@consulta/contracts';
import { type Fanout, readMessage } from './fanout.ts';

const revocation: Revocation = {
  kind: 'session',
  id: '01936f0a-0000-7000-8000-000000000001',
  at: '2026-11-25T12:00:00.000Z',
};

test('what is not a message of its channel is refused when it is read', () => {
  const wrong: [Channel<unknown>, unknown][] = [
    [channels.revoked, { ...revocation, kind: 'everybody' }],
    [channels.revoked, { ...revocation, at: Date.parse(revocation.at) }],
    [channels.appointmentsDecided, 'not a list'],
    [channels.eventsNumbered, [{ streamId: 1 }]],
    [channels.peopleChanged, ['Ana']],
    [channels.eventsPending, {}],
  ];
  for (const [channel, message] of wrong) {
    assert.throws(() => readMessage(channel, JSON.stringify(message)), /is not its message/);
  }
});

test('a message that JSON would change does not compile', () => {
  const { publish }: Fanout = { publish: () => {}, subscribe: () => () => {}, onLost: () => () => {} };
  // @ts-expect-error: a Date arrives as text, so it must be sent as text
  publish(channels.revoked, { ...revocation, at: new Date() });
});
