import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { topics } from '@consulta/contracts/topics';
import { readBusResources } from '../../aws/resources.ts';
import { createBusResources, startFauxqsHere, writeBusResources } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-fauxqs-'));
after(() => rm(folder, { recursive: true, force: true }));

test('the file that names topics and queues is read as it was written', async () => {
  const { endpoint, stop } = await startFauxqsHere();
  const resources = await createBusResources({ prefix: 'consulta', endpoint });
  const file = join(folder, 'bus.json');
  await writeBusResources(file, resources);
  assert.deepEqual(await readBusResources(file), resources);
  assert.deepEqual(Object.keys(resources).toSorted(), Object.keys(topics).toSorted());
  assert.match(resources.booking_wake.topicArn, /\.fifo$/);
  assert.match(resources.claim_released.topicArn, /claim_released$/);
  await stop();
});

test('a file that lacks an address is refused with its name', async () => {
  const file = join(folder, 'lacking.json');
  await writeFile(file, JSON.stringify({ booking_wake: { topicArn: 'x' } }));
  await assert.rejects(readBusResources(file), /booking_wake\.topicArn, booking_wake\.queueUrl/);
  await assert.rejects(readBusResources(join(folder, 'absent.json')), /BUS_RESOURCES/);
});

test('the emulator keeps its queues in a folder, and stays where it was', async () => {
  const kept = join(folder, 'kept');
  const first = await startFauxqsHere({ folder: kept });
  await createBusResources({ prefix: 'consulta', endpoint: first.endpoint });
  await first.stop();
  const port = Number(new URL(first.endpoint).port);
  const second = await startFauxqsHere({ folder: kept, port });
  assert.equal(second.endpoint, first.endpoint);
  assert.ok(second.inspectQueue('consulta-booking_wake.fifo'));
  await second.stop();
});

/** An address of this machine that others reach it at, where it has one. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

test('the emulator listens to this machine alone', {
  skip: outside === undefined && 'this machine has no other address',
}, async () => {
  const { endpoint, stop } = await startFauxqsHere();
  const refused = await new Promise<string>((resolve) => {
    const socket = connect(Number(new URL(endpoint).port), outside);
    socket.once('error', (error) => resolve(String(error)));
    socket.once('connect', () => resolve('connected'));
  });
  assert.match(refused, /ECONNREFUSED/);
  await stop();
});
