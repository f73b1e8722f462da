import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BlobMissing, newBlobKey } from '../../blobs/blob-store.ts';
import { isUnavailable } from '../../database/failures.ts';
import { emulatedS3 } from '../../testing/fauxqs/bucket.ts';
import { openS3Blobs } from './blobs.ts';
import { openS3Texts } from './texts.ts';

/*
 * What S3 does and the emulator never: it is silent, breaks off, throttles, refuses what arrived otherwise than it was
 * sent, and heeds conditions. And what only the emulator does: it keeps objects of which the half arrived.
 */

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

const ends: (() => Promise<void>)[] = [];
after(() => Promise.all(ends.map((end) => end())));

/** An S3 that answers each request by a script, and a client of it. */
async function scripted(answer: Answer) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = emulatedS3(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  ends.push(async () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { client, requests };
}

const patient = { silentMs: 60_000, repeatWithinMs: 60_000 };
const blobsOf = (client: ReturnType<typeof emulatedS3>, patience = patient) =>
  openS3Blobs({ client, bucket: 'files', patience });

const refuse = (response: ServerResponse, status: number, code: string) =>
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code></Error>`);

async function* once1(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

const rangeOf = (request: IncomingMessage, size: number): { start: number; end: number } => {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  return { start: Number(start ?? 0), end: end ? Number(end) + 1 : size };
};

test('who waits for an S3 that is silent is soon told that it is away', async () => {
  const { client } = await scripted((request) => request.resume());
  const blobs = openS3Blobs({ client, bucket: 'files' });
  const texts = openS3Texts({ client, bucket: 'files', prefix: '' });
  const calls = [
    () => blobs.put(newBlobKey(), once1(randomBytes(1_000_000))),
    () => blobs.sizeOf(newBlobKey()),
    () => collect(blobs.read(newBlobKey())),
    () => blobs.delete(newBlobKey()),
    () => texts.read('head'),
    () => texts.write('head', '{}', undefined),
    async () => void (await texts.names('').next()),
  ];
  const beganMs = performance.now();
  await Promise.all(calls.map((call) => assert.rejects(async () => call(), isUnavailable)));
  assert.ok(performance.now() - beganMs < 5_000);
});

test('one that takes nothing of an upload counts as silent too', async () => {
  const { client } = await scripted((request) => request.pause());
  const putting = openS3Blobs({ client, bucket: 'files' }).put(newBlobKey(), once1(randomBytes(20_000_000)));
  await assert.rejects(putting, { name: 'TimeoutError' });
});

test('an upload that moves may take longer than S3 may be silent', async () => {
  const { client } = await scripted(async (request, response) => {
    for await (const piece of request) await sleep(piece.length / 10_000);
    response.end();
  });
  const beganMs = performance.now();
  await blobsOf(client, { silentMs: 1_000, repeatWithinMs: 0 }).put(
    newBlobKey(),
    once1(randomBytes(20_000_000)),
  );
  assert.ok(performance.now() - beganMs > 1_000);
});

test('what a throttled or broken upload sends again is all of it, with its length and its checksum', async () => {
  const content = randomBytes(300_000);
  const bodies: Buffer[] = [];
  for (const fail of [
    (response: ServerResponse) => refuse(response, 503, 'SlowDown'),
    (response: ServerResponse) => response.destroy(),
  ]) {
    const { client, requests } = await scripted(async (request, response) => {
      bodies.push(await buffer(request));
      if (requests.length === 1) fail(response);
      else response.end();
    });
    await blobsOf(client).put(newBlobKey(), once1(content));
    assert.equal(requests.length, 2);
    for (const { headers } of requests) {
      assert.equal(headers['content-length'], '300000');
      assert.equal(headers['x-amz-checksum-sha256'], createHash('sha256').update(content).digest('base64'));
    }
  }
  assert.ok(bodies.every((body) => body.equals(content)));
});

test('what arrived otherwise than it was sent is stored by nobody, and not sent again', async () => {
  const { client, requests } = await scripted((request, response) => {
    request.resume().on('end', () => refuse(response, 400, 'BadDigest'));
  });
  await assert.rejects(blobsOf(client).put(newBlobKey(), once1(randomBytes(10))), { name: 'BadDigest' });
  assert.equal(requests.length, 1);
});

test('a download that breaks off goes on where it was', async () => {
  const content = randomBytes(900_000);
  const { client, requests } = await scripted((request, response) => {
    const { start, end } = rangeOf(request, content.length);
    response.writeHead(request.headers.range ? 206 : 200, { 'content-length': end - start });
    if (end - start < 400_000) response.end(content.subarray(start, end));
    else
      response.write(content.subarray(start, start + 300_000), () =>
        sleep(50).then(() => response.destroy()),
      );
  });
  assert.ok((await collect(blobsOf(client).read(newBlobKey()))).equals(content));
  assert.ok(requests.length > 1);
  const range = { start: 1, end: 899_000 };
  assert.ok((await collect(blobsOf(client).read(newBlobKey(), range))).equals(content.subarray(1, 899_000)));
});

test('one that gets no further is given up', async () => {
  const { client, requests } = await scripted((_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.flushHeaders();
    setTimeout(() => response.destroy(), 20);
  });
  await assert.rejects(collect(blobsOf(client).read(newBlobKey())), isUnavailable);
  assert.equal(requests.length, 1);
});

test('a blob of which the half is there is too short', async () => {
  const { client } = await scripted((_, response) => {
    response.writeHead(206, { 'content-length': 10 }).end(randomBytes(10));
  });
  await assert.rejects(collect(blobsOf(client).read(newBlobKey(), { start: 0, end: 20 })), BlobMissing);
});

test('what is not read to its end is not sent to its end', async () => {
  const closed = Promise.withResolvers<void>();
  const { client } = await scripted((_, response) => {
    response.on('close', closed.resolve);
    response.writeHead(200, { 'content-length': 1_000_000_000 });
    const piece = randomBytes(1_000_000);
    const send = () => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once('drain', send);
    };
    send();
  });
  for await (const chunk of blobsOf(client).read(newBlobKey())) {
    assert.ok(chunk.length > 0);
    break;
  }
  await closed.promise;
});

test('a bucket that is not there, or not for us, is no blob that is missing', async () => {
  for (const [status, code] of [
    [404, 'NoSuchBucket'],
    [403, 'AccessDenied'],
  ] as const) {
    const { client } = await scripted((_, response) => refuse(response, status, code));
    await assert.rejects(collect(blobsOf(client).read(newBlobKey())), { name: code });
  }
});

test('a listing is read page by page, and takes no key that was not generated', async () => {
  const [first, second] = [newBlobKey(), newBlobKey()];
  const listed = (key: string) =>
    `<Contents><Key>blobs/${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`;
  const { client } = await scripted((request, response) => {
    const isSecond = request.url?.includes('continuation-token=more');
    const page = isSecond
      ? listed(second)
      : `<IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken>${listed('../x')}${listed(first)}`;
    response.setHeader('content-type', 'application/xml');
    response.end(`<ListBucketResult>${page}</ListBucketResult>`);
  });
  const found: string[] = [];
  for await (const key of blobsOf(client).keysBefore(Date.UTC(2026, 1))) found.push(key);
  assert.deepEqual(found, [first, second]);
});

test('a text takes the place of the one that was read, and of no other', async () => {
  let [text, etag] = ['', ''];
  const { client } = await scripted(async (request, response) => {
    if (request.method === 'GET') {
      if (etag === '') return refuse(response, 404, 'NoSuchKey');
      return response.writeHead(200, { etag }).end(text);
    }
    const given = await buffer(request);
    const fits =
      request.headers['if-none-match'] === '*' ? etag === '' : request.headers['if-match'] === etag;
    if (!fits) return refuse(response, 412, 'PreconditionFailed');
    text = given.toString();
    etag = `"${createHash('md5').update(given).digest('hex')}"`;
    return response.writeHead(200, { etag }).end();
  });
  const texts = openS3Texts({ client, bucket: 'files', prefix: 'heads/', patience: patient });
  assert.equal(await texts.read('latest'), undefined);
  assert.equal(await texts.write('latest', 'first', undefined), true);
  assert.equal(await texts.write('latest', 'second', undefined), false);
  const found = await texts.read('latest');
  assert.equal(found?.text, 'first');
  assert.equal(await texts.write('latest', 'second', found?.version), true);
  assert.equal(await texts.write('latest', 'third', found?.version), false);
  assert.equal((await texts.read('latest'))?.text, 'second');
});
