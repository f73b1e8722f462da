import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawConnection, startTarget, statusOf, whileAttacking } from '../support/attack.ts';
import { join, patientInput } from '../support/people.ts';

const target = await startTarget();
after(() => target.stop());
const { token } = await join(target.api, patientInput());

/** Sends the beginning of a request on many connections and answers how each ended. */
const half = (start: string, count: number, from: string) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await RawConnection.open(target, from);
      connection.send(start);
      return statusOf(await connection.ended);
    }),
  );

const post = (path: string, more: string) =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${more}\r\n\r\n{"identifier":`;

test('what a client never ends is ended: heads, bodies, and bodies refused before they came', {
  timeout: 300_000,
}, async () => {
  const head = 'GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-slow:';
  const chunked = 'POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
  const upload = `authorization: Bearer ${token}\r\ncontent-length: 500`;
  const form = post('/api/v1/appointments/01930000-0000-7000-8000-000000000000/files', upload);
  const attack = () =>
    Promise.all([
      half('', 100, '127.0.0.2'),
      half(head, 400, '127.0.0.2'),
      half(post('/api/v1/auth/login', 'content-length: 500'), 100, '127.0.0.3'),
      half(`${chunked}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`, 15, '127.0.0.4'),
      half(post('/api/v1/appointments', 'content-length: 500'), 300, '127.0.0.6'),
      half(post('/nowhere', 'content-length: 500'), 300, '127.0.0.7'),
      half(post('/health/live', 'content-length: 500').replace('POST', 'GET'), 300, '127.0.0.8'),
      half(form.replace('application/json', 'multipart/form-data; boundary=x'), 4, '127.0.0.8'),
    ]);
  const { outcome } = await whileAttacking(target, '1,519 requests that never end', attack);
  assert.deepEqual(
    outcome.map((statuses) => [...new Set(statuses)]),
    [[408], [408], [408], [408], [401], [404], [200], [404]],
  );
});
