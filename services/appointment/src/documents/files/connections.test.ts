import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Agent, get, request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileBytesMax } from '@consulta/contracts';
import { createLog } from '@consulta/platform/process';
import {
  appWith,
  bearer,
  bookAppointment,
  formWith,
  newPerson,
  openWorkplace,
} from '../../../testing/documents-app.ts';
import { pngOfSize } from '../../../testing/samples.ts';
import { fileRoutes } from './routes.ts';

const workplace = await openWorkplace();
const { pool, db, blobs, keyRing, rights, folder } = workplace;
const [patient, doctor] = [newPerson('patient'), newPerson('doctor')];
const app = await appWith(
  fileRoutes({
    db,
    pool,
    blobs,
    keyRing,
    rights,
    log: createLog('silent'),
    findPerson: async () => undefined,
    quotaBytes: 1e9,
  }),
);
const address = await app.listen({ host: '127.0.0.1', port: 0 });
after(async () => {
  await app.close();
  await workplace.close();
});
const authorization = bearer(patient);
const uploadUrl = `${address}/api/v1/appointments/${await bookAppointment(pool, { patient, doctor, status: 'confirmed' })}/files`;
const largest = await formWith(pngOfSize(fileBytesMax));

/** Files of ours that this process holds open, and stored or half-stored ones. */
const leftovers = async () => {
  const unfinished = await readdir(join(folder, 'files', 'unfinished'));
  const keys: string[] = [];
  for await (const key of blobs.keysBefore(Date.now() + 60_000)) keys.push(key);
  return { unfinished: unfinished.length, blobs: keys.length };
};
const openFiles = async () => (await readdir('/proc/self/fd')).length;
async function waitFor(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await sleep(5);
}
async function upload(): Promise<string> {
  const response = await fetch(uploadUrl, {
    method: 'POST',
    headers: { ...largest.headers, authorization },
    body: new Uint8Array(largest.payload),
  });
  assert.equal(response.status, 201);
  return ((await response.json()) as { id: string }).id;
}

test('a sender that goes away in the middle leaves nothing', async () => {
  const before = await leftovers();
  const headers = { ...largest.headers, authorization, 'content-length': largest.payload.length };
  const sending = httpRequest(uploadUrl, { method: 'POST', headers });
  sending.on('error', () => {});
  sending.write(largest.payload.subarray(0, 3_000_000));
  await waitFor(async () => (await leftovers()).unfinished === 1);
  sending.destroy();
  await waitFor(async () => (await leftovers()).unfinished === 0);
  assert.deepEqual(await leftovers(), before);
});

test('readers that go away in the middle leave no file open', async () => {
  const id = await upload();
  const before = await openFiles();
  for (let reader = 0; reader < 20; reader += 1) {
    const reading = get(`${address}/api/v1/files/${id}/content`, {
      headers: { authorization },
      agent: false,
    });
    const [response]: IncomingMessage[] = await once(reading, 'response');
    assert.ok(response);
    await once(response, 'readable');
    response.on('error', () => {});
    response.destroy();
  }
  await waitFor(async () => (await openFiles()) <= before);
});

test('a refused upload is answered, and its connection serves the next request', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  const statuses: (number | undefined)[] = [];
  for (const bytes of [20_000_000, 5_000_000, 5_000_000]) {
    const { headers, payload } = await formWith(Buffer.alloc(bytes));
    const sending = httpRequest(uploadUrl, { method: 'POST', agent, headers: { ...headers, authorization } });
    sending.end(payload);
    const [response]: IncomingMessage[] = await once(sending, 'response');
    statuses.push(response?.statusCode);
    ports.add(response?.socket.localPort);
    response?.resume();
    if (response) await once(response, 'end');
  }
  agent.destroy();
  assert.deepEqual(statuses, [413, 415, 415]);
  assert.equal(ports.size, 1);
});

test('a request that announces too much is refused before its body', async () => {
  const headers = { ...largest.headers, authorization, 'content-length': 1e9 };
  const sending = httpRequest(uploadUrl, { method: 'POST', headers });
  sending.on('error', () => {});
  sending.flushHeaders();
  const [response]: IncomingMessage[] = await once(sending, 'response');
  assert.equal(response?.statusCode, 413);
  sending.destroy();
});

test('HEAD tells of a file without sending it', async () => {
  const id = await upload();
  const response = await fetch(`${address}/api/v1/files/${id}/content`, {
    method: 'HEAD',
    headers: { authorization },
  });
  assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/png']);
  assert.equal((await response.arrayBuffer()).byteLength, 0);
});
