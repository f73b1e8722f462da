import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawConnection, startTarget, statusOf, whileAttacking } from '../support/attack.ts';

const target = await startTarget();
after(() => target.stop());

test('what is no HTTP is refused at once and ends the connection', async () => {
  const unreadable = [
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
    'GET / HTTP/9.9\r\n\r\n',
    '\r\n\r\n\0\0\r\n',
    'x\r\n\r\n',
  ];
  const answers = await whileAttacking(target, 'connections that speak no HTTP', () =>
    Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const connection = await RawConnection.open(target);
        connection.send(Buffer.from(unreadable[index % unreadable.length] ?? '', 'latin1'));
        return statusOf(await connection.ended);
      }),
    ),
  );
  assert.deepEqual([...new Set(answers.outcome)], [400]);
});
