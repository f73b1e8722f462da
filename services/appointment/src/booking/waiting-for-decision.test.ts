import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { channels } from '@consulta/contracts';
import { queryBuilder } from '@consulta/platform/database';
import { inProcessFanout } from '@consulta/platform/embedded/in-process';
import { createLog } from '@consulta/platform/process';
import { appointmentDatabase, storeRequest } from '../../testing/fixtures.ts';
import type { AppointmentTables } from '../tables.ts';
import { decidedAmong } from './decided.ts';
import { decisionWaiters } from './waiting-for-decision.ts';

const log = createLog('silent');
const database = await appointmentDatabase();
after(() => database.drop());
const findDecided = decidedAmong(queryBuilder<AppointmentTables>(database.pool));
const decide = (ids: string[]) =>
  database.pool.query('DELETE FROM undecided_requests WHERE id = ANY ($1)', [ids]);
const longMs = 20_000;

/** Waiters on a fan-out that says when it has lost something. */
function startWaiters() {
  const looks = new Set<() => void>();
  const asked: string[][] = [];
  const fanout = {
    ...inProcessFanout(log),
    onLost: (look: () => void) => {
      looks.add(look);
      return () => looks.delete(look);
    },
  };
  const waiters = decisionWaiters({
    ...{ fanout, log },
    findDecided: (ids) => {
      asked.push(ids);
      return findDecided(ids);
    },
  });
  const lose = () => {
    for (const look of looks) look();
  };
  return { ...waiters, fanout, asked, lose, following: waiters.follow() };
}

test('where announcements were lost, all who wait share one query, and only who is decided goes on', async () => {
  const { wait, asked, lose, following, end } = startWaiters();
  const decided = await Promise.all(Array.from({ length: 50 }, () => storeRequest(database)));
  const waiting = await storeRequest(database);
  const notStoredYet = randomUUIDv7();
  const settled: string[] = [];
  const promises = [...decided, waiting, notStoredYet].map(async (id) => {
    await wait(id, longMs).promise;
    settled.push(id);
  });
  await decide(decided);
  lose();
  await Promise.all(promises.slice(0, decided.length));
  assert.deepEqual(settled.toSorted(), decided.toSorted());
  assert.equal(asked.length, 1);

  await decide([waiting]);
  lose();
  await promises[decided.length];
  assert.deepEqual(asked[1], [waiting, notStoredYet]);
  assert.ok(!settled.includes(notStoredYet));
  end();
  await Promise.all(promises);
  await following.stop();
});

test('an announcement needs no query', async () => {
  const { wait, fanout, asked, following } = startWaiters();
  const id = randomUUIDv7();
  const { promise } = wait(id, longMs);
  fanout.publish(channels.appointmentsDecided, [id]);
  await promise;
  await following.stop();
  assert.deepEqual(asked, []);
});
