import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection, startTarget, statusOf, whileAttacking } from '../support/attack.ts';
import { eventually } from '../support/eventually.ts';

const target = await startTarget();
const lifted = await startTarget({ environment: { RATE_LIMITS: 'off' } });
after(async () => {
  await target.stop();
  await lifted.stop();
});

const openMany = (server: { port: number }, count: number, from: string) =>
  Promise.all(Array.from({ length: count }, () => RawConnection.open(server, from)));
const closed = (connections: RawConnection[]) => connections.filter(({ socket }) => socket.closed).length;
const ask = async (connection: RawConnection) => {
  connection.send('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  return statusOf(await connection.until((text) => text.includes('"ok"')));
};

test('one network gets its share of the connections, and another still gets in', async () => {
  const attack = async () => {
    const connections = await openMany(target, 1_300, '127.0.0.2');
    await eventually(async () => assert.equal(closed(connections), 300));
    const other = await RawConnection.open(target, '127.0.0.3');
    assert.equal(await ask(other), 200);
    for (const connection of [...connections, other]) connection.close();
  };
  await whileAttacking(target, '1,300 connections of one address', attack);
  await eventually(async () => {
    const again = await RawConnection.open(target, '127.0.0.2');
    assert.equal(await ask(again), 200);
    again.close();
  });
});

test('RATE_LIMITS=off lifts the share, for load tests from one address', async () => {
  const connections = await openMany(lifted, 1_300, '127.0.0.2');
  const answers = await Promise.all(connections.map(ask));
  assert.deepEqual(new Set(answers), new Set([200]));
  for (const connection of connections) connection.close();
});

const somaxconn = '/proc/sys/net/core/somaxconn';
const queueMax = existsSync(somaxconn) ? Number(readFileSync(somaxconn, 'utf8')) : 0;

test('a crowd that comes while the server is busy is let in, not told to try again after a second', {
  skip: queueMax < 2_000 && 'the kernel holds fewer than 2,000 connections here',
}, async () => {
  process.kill(target.pid, 'SIGSTOP');
  const opening = openMany(target, 900, '127.0.0.4');
  try {
    // With too short a queue the rest would come in only when the server goes on.
    const late = sleep(30_000, undefined, { ref: false }).then(() =>
      assert.fail('somebody waits to be let in'),
    );
    await Promise.race([opening, late]);
  } finally {
    process.kill(target.pid, 'SIGCONT');
  }
  const connections = await opening;
  assert.deepEqual(new Set(await Promise.all(connections.map(ask))), new Set([200]));
  for (const connection of connections) connection.close();
});
