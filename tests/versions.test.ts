import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { book, step } from './support/consultations.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

/* Whatever can be overwritten has a version: who sends it back overwrites nothing they have not seen. */

const system = await startSystem();
after(() => system.stop());
const { api } = system;
const [patient, doctor] = await Promise.all([join(api, patientInput()), join(api, doctorInput())]);
const [slot] = await publishSlots(api, doctor, ['09:00']);
const appointment = await book(api, patient, slot?.id);

type Thing = {
  owner: Person;
  path: string;
  method: 'PUT' | 'PATCH';
  /** Changes that all differ. */
  change: (round: number) => Record<string, unknown>;
};
const things: Record<string, Thing> = {
  'an account': {
    owner: patient,
    path: '/users/me',
    method: 'PATCH',
    change: (round) => ({ phone: `+556398165${String(round).padStart(4, '0')}` }),
  },
  "a doctor's account": {
    owner: doctor,
    path: '/users/me',
    method: 'PATCH',
    change: (round) => ({ doctor: { bio: `Atende há ${round} anos` } }),
  },
  'booking settings': {
    owner: doctor,
    path: '/users/me/booking-settings',
    method: 'PUT',
    change: (round) => ({ minCancelNoticeMinutes: round }),
  },
  'a note': {
    owner: patient,
    path: `/appointments/${appointment.id}`,
    method: 'PATCH',
    change: (round) => ({ note: `Dor há ${round} dias` }),
  },
};

for (const [name, { owner, path, method, change }] of Object.entries(things)) {
  suite(name, () => {
    let round = 0;
    const { token } = owner;
    const read = (headers: Record<string, string> = {}) => api.call('GET', path, { token, headers });
    const write = (ifMatch?: string) => {
      round += 1;
      const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
      return api.call(method, path, { token, body: change(round), headers });
    };
    const tagOf = ({ headers }: { headers: Headers }) => headers.get('etag') ?? assert.fail('no ETag');

    test('who has read it already is told that it is still the same', async () => {
      const first = await read();
      const again = await read({ 'if-none-match': tagOf(first) });
      assert.deepEqual([again.status, again.body], [304, undefined]);
      await write();
      const changed = await read({ 'if-none-match': tagOf(first) });
      assert.equal(changed.status, 200);
      assert.notEqual(tagOf(changed), tagOf(first));
    });

    test('a change rests on what was read, or is refused and changes nothing', async () => {
      const seen = tagOf(await read());
      const changed = await write(seen);
      assert.equal(changed.status, 200);
      const stale = await write(seen);
      assert.deepEqual([stale.status, stale.body.code], [412, 'stale_version']);
      const now = await read();
      assert.deepEqual([now.body, tagOf(now)], [changed.body, tagOf(changed)]);
      for (const accepted of [`"0", W/${tagOf(now)}`, '*', undefined]) {
        assert.equal((await write(accepted)).status, 200, String(accepted));
      }
    });

    test('of two who read the same and change it at once, one is told', async () => {
      const seen = tagOf(await read());
      const answers = await Promise.all([write(seen), write(seen), write(seen)]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412]);
    });
  });
}

test('an appointment that took a step meanwhile is not what its note was written on', async () => {
  const path = `/appointments/${appointment.id}`;
  const read = await api.call('GET', path, { token: patient.token });
  await step(api, doctor, appointment.id, 'confirm');
  const refused = await api.call('PATCH', path, {
    token: patient.token,
    body: { note: 'x' },
    headers: { 'if-match': read.headers.get('etag') ?? '' },
  });
  assert.equal(refused.status, 412);
});

test('the wait that was honoured is told, and none where none was asked for', async () => {
  const slots = await publishSlots(api, doctor, ['11:00', '12:00', '13:00']);
  const ask = (place: number, prefer?: string) =>
    api.call('POST', '/appointments', {
      token: patient.token,
      body: { slotId: slots[place]?.id },
      headers: prefer ? { prefer } : {},
    });
  assert.equal((await ask(0, 'wait=10')).headers.get('preference-applied'), 'wait=10');
  assert.equal((await ask(1, 'respond-async, wait=600')).headers.get('preference-applied'), 'wait=10');
  assert.equal((await ask(2)).headers.get('preference-applied'), null);
});
