import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { StandingsFound, User } from '@consulta/contracts';
import { queryBuilder } from '@consulta/platform/database';
import { aPatient, startHarness } from '../../testing/harness.ts';
import { forgetOldNetworks, networkHash } from './networks.ts';

const key = Buffer.alloc(32, 5);
const refused: string[] = [];
const networks = {
  key,
  crowdedAbove: 3,
  perHour: 6,
  perDay: 8,
  onRefused: (reason: string) => refused.push(reason),
};
const harness = await startHarness({ networks });
const { pool } = harness;
after(() => harness.stop());

const registerFrom = (ip: string) => harness.call<User>('POST', '/users', { body: aPatient(), ip });
const standings = async (ids: string[]) => {
  const answer = await harness.callInternal<StandingsFound>('POST', '/internal/people/booking-standing', {
    ids,
  });
  assert.equal(answer.status, 200);
  return new Map(answer.body.people.map(({ id, standing }) => [id, standing]));
};
const age = (ids: string[], interval: string) =>
  pool.query('UPDATE registration_networks SET at = at - $2::interval WHERE user_id = ANY ($1)', [
    ids,
    interval,
  ]);

test('registrations of one network at once are limited exactly, and others go on', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => registerFrom('192.0.2.1')));
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, networks.perHour);
  const [limited] = answers.filter(({ status }) => status === 429);
  assert.ok(limited);
  const seconds = Number(limited.headers['retry-after']);
  assert.ok(seconds > 3_000 && seconds <= 3_600, String(seconds));
  assert.deepEqual([...new Set(refused)], ['network']);
  assert.equal((await registerFrom('192.0.2.2')).status, 201);

  await age(
    made.map(({ body }) => body.id),
    '61 minutes',
  );
  for (let more = networks.perHour; more < networks.perDay; more += 1) {
    assert.equal((await registerFrom('192.0.2.1')).status, 201);
  }
  const byDay = await registerFrom('192.0.2.1');
  assert.equal(byDay.status, 429);
  assert.ok(Number(byDay.headers['retry-after']) > 80_000);
});

test('an account is new for a week, crowded while many others of its network are, and established then', async () => {
  const home = await Promise.all([1, 2, 3].map(() => registerFrom('2001:db8:1:2::1')));
  const ids = home.map(({ body }) => body.id);
  assert.deepEqual([...(await standings(ids)).values()], ['new', 'new', 'new'], 'a family');
  const fourth = (await registerFrom('2001:db8:1:2:ffff::9')).body.id;
  assert.deepEqual(new Set((await standings([...ids, fourth])).values()), new Set(['crowded']));
  await age(ids.slice(0, 1), '8 days');
  assert.equal((await standings([fourth])).get(fourth), 'new');
  await pool.query("UPDATE users SET created_at = now() - interval '8 days' WHERE id = $1", [fourth]);
  assert.equal((await standings([fourth])).get(fourth), 'established');
  assert.equal((await standings([crypto.randomUUID()])).size, 0);
});

test('a network is kept as a keyed hash, for a week', async () => {
  const { id } = (await registerFrom('198.51.100.7')).body;
  const kept = async () =>
    (
      await pool.query<{ network: Buffer }>('SELECT network FROM registration_networks WHERE user_id = $1', [
        id,
      ])
    ).rows;
  assert.deepEqual((await kept())[0]?.network, networkHash(key, '198.51.100.7'));
  assert.notDeepEqual(networkHash(Buffer.alloc(32, 6), '198.51.100.7'), networkHash(key, '198.51.100.7'));
  await forgetOldNetworks(queryBuilder(pool));
  assert.equal((await kept()).length, 1);
  await age([id], '8 days');
  await forgetOldNetworks(queryBuilder(pool));
  assert.deepEqual(await kept(), []);
});

test('where nothing is limited no network is remembered', async () => {
  const open = await startHarness();
  try {
    for (let count = 0; count < 4; count += 1) {
      assert.equal((await open.call('POST', '/users', { body: aPatient(), ip: '192.0.2.9' })).status, 201);
    }
    assert.equal((await open.pool.query('SELECT FROM registration_networks')).rowCount, 0);
  } finally {
    await open.stop();
  }
});
