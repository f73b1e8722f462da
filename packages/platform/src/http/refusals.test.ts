import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { Type } from 'typebox';
import { problem } from '../problems/problem.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';

const lines: string[] = [];
const app = await createPublicApp({
  log: createLog('info', { write: (line) => void lines.push(line) }),
  metrics: createMetrics(),
  verifyToken: async () => {
    throw problem('unauthorized');
  },
  counters: undefined,
});
const body = Type.Object({ name: Type.String({ maxLength: 10 }) }, { additionalProperties: false });
app.post('/names', { config: { permission: 'public', perMinute: 60 }, schema: { body } }, async () => ({}));
app.get('/broken', { config: { permission: 'public', perMinute: 60 } }, async () => {
  throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
});
const { promise: refused, resolve: tellRefused } = Promise.withResolvers<void>();
app.addHook('onError', async () => tellRefused());
await app.listen({ port: 0, host: '127.0.0.1' });
after(() => app.close());

test('a client that goes away in the middle of its request is no outage of the database', async () => {
  const [address] = app.addresses();
  const socket = connect(typeof address === 'object' ? address.port : 0, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const arrived = once(app.server, 'request');
  socket.write(
    'POST /names HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  );
  await arrived;
  socket.resetAndDestroy();
  await refused;
  // The hook comes before the handler that logs.
  await new Promise(setImmediate);
  assert.doesNotMatch(lines.join(''), /database|failed/);
});

test('a connection of this side that is reset still is one', async () => {
  const { statusCode } = await app.inject('/broken');
  assert.equal(statusCode, 503);
  assert.match(lines.join(''), /the database is out of reach/);
});
