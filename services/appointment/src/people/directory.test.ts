import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';
import { type PersonCard, peopleCalls } from '@consulta/contracts';
import { inProcessFanout } from '@consulta/platform/embedded/in-process';
import { createLog } from '@consulta/platform/process';
import { answering, serviceDouble } from '@consulta/platform/testing';
import { peopleDirectory } from './directory.ts';

const person = randomUUIDv7();
const log = createLog('silent');

/** The user service, which shows everybody under one name, and how often it was asked. */
function namedBy(name: { now: string }) {
  const asked = { times: 0 };
  const client = serviceDouble(
    answering(peopleCalls.lookup, ({ ids }) => {
      asked.times += 1;
      const people = ids.map(
        (id): PersonCard => ({ id, role: 'patient', fullName: name.now, socialName: null }),
      );
      return { people };
    }),
  );
  return { client, asked };
}

test('a change that one process is told of drops the copies of all', async () => {
  const fanout = inProcessFanout(log);
  const name = { now: 'Ana' };
  const { client, asked } = namedBy(name);
  const [one, other] = [peopleDirectory(client, fanout), peopleDirectory(client, fanout)];
  const ends = [one.follow(), other.follow()];
  const shown = async () => [(await one.find(person))?.fullName, (await other.find(person))?.fullName];
  assert.deepEqual(await shown(), ['Ana', 'Ana']);
  assert.deepEqual(await shown(), ['Ana', 'Ana']);
  assert.equal(asked.times, 2);
  name.now = 'Ana Maria';
  await one.changed([person]);
  assert.deepEqual(await shown(), ['Ana Maria', 'Ana Maria']);
  for (const end of ends) end();
});

test('the process that is told of a change drops its copies also where the fan-out is away', async () => {
  const away = { publish: () => {}, subscribe: () => () => {}, onLost: () => () => {} };
  const name = { now: 'Ana' };
  const people = peopleDirectory(namedBy(name).client, away);
  await people.find(person);
  name.now = 'Ana Maria';
  await people.changed([person]);
  assert.equal((await people.find(person))?.fullName, 'Ana Maria');
});
