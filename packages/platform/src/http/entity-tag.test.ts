import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { etagOf, versionsAccepted } from './entity-tag.ts';
import { createPublicApp } from './entrances.ts';

test('If-Match accepts the versions it names, weakened or not, whatever else their tags tell; without it any', () => {
  const accepted = (ifMatch: string | undefined) => [1, 2, 3].filter(versionsAccepted(ifMatch));
  assert.deepEqual(accepted(undefined), [1, 2, 3]);
  assert.deepEqual(accepted(' * '), [1, 2, 3]);
  assert.deepEqual(accepted('"2"'), [2]);
  assert.deepEqual(accepted('"7", W/"1" ,"3"'), [1, 3]);
  assert.deepEqual(accepted(`${etagOf(2, 8, 1)}`), [2]);
  for (const none of ['', '1', '"1', '"01"', '"1-"', '"1-x"', 'w/"1"'])
    assert.deepEqual(accepted(none), [], none);
});

const app = await createPublicApp({
  log: createLog('silent'),
  metrics: createMetrics(),
  verifyToken: () => Promise.reject(new Error('not asked')),
  counters: undefined,
});
const config = { permission: 'public', perMinute: 6000 } as const;
const streams: Readable[] = [];
app.get('/thing', { config }, async (_request, reply) => {
  reply.header('etag', etagOf(4));
  return { name: 'thing' };
});
app.get('/content', { config }, async (_request, reply) => {
  const stream = Readable.from([Buffer.from('content')]);
  streams.push(stream);
  return reply.header('etag', '"abc"').header('content-length', 7).type('image/png').send(stream);
});
app.get('/untagged', { config }, async () => ({}));
app.put('/thing', { config }, async (_request, reply) => {
  reply.header('etag', etagOf(5));
  return { name: 'thing' };
});

type Method = 'GET' | 'HEAD' | 'PUT';
const ask = (method: Method, url: string, ifNoneMatch: string) =>
  app.inject({ method, url, headers: { 'if-none-match': ifNoneMatch } });

test('a read whose If-None-Match names the tag answers 304, with the tag and without the content', async () => {
  for (const tags of ['"4"', 'W/"4"', '"3", "4"', '*']) {
    const answer = await ask('GET', '/thing', tags);
    assert.deepEqual([answer.statusCode, answer.headers.etag, answer.body], [304, '"4"', ''], tags);
    assert.deepEqual(
      [answer.headers['content-type'], answer.headers['content-length']],
      [undefined, undefined],
    );
    assert.equal((await ask('HEAD', '/thing', tags)).statusCode, 304);
  }
});

test('any other answer goes out whole', async () => {
  assert.deepEqual((await ask('GET', '/thing', '"3"')).json(), { name: 'thing' });
  assert.equal((await ask('GET', '/untagged', '*')).statusCode, 200);
  assert.equal((await ask('PUT', '/thing', '"5"')).statusCode, 200);
  assert.equal((await ask('GET', '/absent', '*')).statusCode, 404);
});

test('content that is not wanted is let go', async () => {
  const answer = await ask('GET', '/content', '"abc"');
  assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-length']], [304, '', undefined]);
  assert.deepEqual(
    streams.map(({ destroyed }) => destroyed),
    [true],
  );
  assert.equal((await ask('GET', '/content', '"other"')).body, 'content');
});
