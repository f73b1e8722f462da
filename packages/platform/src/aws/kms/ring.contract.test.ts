import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { isUnavailable } from '../../database/failures.ts';
import { platformMigrations } from '../../database/migrate.ts';
import { newDataKey, openText, sealText } from '../../encryption/envelope.ts';
import { KeysAway, SealBroken } from '../../encryption/key-ring.ts';
import { holdTo } from '../../testing/contract.ts';
import { keyRingContract } from '../../testing/key-ring.contract.ts';
import { startKmsStub } from '../../testing/kms-stub.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { kmsWith, openKmsClient } from './client.ts';
import { openKmsKeyRing, rotateKmsKeyRing } from './ring.ts';

const stub = await startKmsStub();
const client = openKmsClient({
  endpoint: stub.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  requestHandler: { requestTimeout: 60_000, throwOnRequestTimeout: true },
});
after(async () => {
  client.destroy();
  await stub.stop();
});

/** A ring in a database of its own. */
async function newPlace() {
  const { pool, drop } = await createTestDatabase([platformMigrations]);
  return { place: { pool, kms: kmsWith(client, 'alias/consulta'), owner: 'appointment' }, drop };
}

holdTo('keys that KMS wraps', keyRingContract, async () => {
  const { place, drop } = await newPlace();
  const open = () => openKmsKeyRing(place);
  await open();
  return { adapter: { open, rotate: () => rotateKmsKeyRing(place) }, close: drop };
});

test('what is open asks KMS for nothing, and goes on while KMS is away', async () => {
  const { place, drop } = await newPlace();
  const ring = await openKmsKeyRing(place);
  await ring.makeNamedKey('trail', 'note');
  await ring.namedKey('trail');
  const calls = stub.calls();
  const sealed = await Promise.all(
    Array.from({ length: 100 }, (_, index) => sealText(ring, `name ${index}`, `file-name:${index}`)),
  );
  stub.fail(true);
  for (const [index, each] of sealed.entries()) {
    assert.equal(await openText(ring, each, `file-name:${index}`), `name ${index}`);
  }
  await newDataKey(ring, 'file:1');
  assert.equal((await ring.namedKey('trail'))?.note, 'note');
  assert.equal(stub.calls(), calls);
  await assert.rejects(openKmsKeyRing(place), (error) => error instanceof KeysAway && isUnavailable(error));
  stub.fail(false);
  await openKmsKeyRing(place);
  await drop();
});

test('processes that start at once make one key, and none where something is sealed already', async () => {
  const { place, drop } = await newPlace();
  const beforeMaking = () => Promise.reject(new Error('something is sealed'));
  await assert.rejects(openKmsKeyRing(place, { beforeMaking }), /something is sealed/);
  const rings = await Promise.all(Array.from({ length: 5 }, () => openKmsKeyRing(place)));
  assert.equal(new Set(await Promise.all(rings.map((ring) => ring.currentKeyId()))).size, 1);
  await openKmsKeyRing(place, { beforeMaking });
  await drop();
});

test('who may write to the database can put no key there, move none, and change no note', async () => {
  const { place, drop } = await newPlace();
  const ring = await openKmsKeyRing(place);
  await ring.makeNamedKey('trail', 'from 5');
  await assert.rejects(openKmsKeyRing({ ...place, owner: 'user' }), SealBroken);
  await assert.rejects(openKmsKeyRing({ ...place, kms: kmsWith(client, 'alias/other') }), SealBroken);
  await place.pool.query(`UPDATE named_keys SET name = 'other'`);
  await assert.rejects(openKmsKeyRing(place), SealBroken);
  await place.pool.query('UPDATE named_keys SET wrapped = $1', [randomBytes(90)]);
  await assert.rejects(openKmsKeyRing(place), SealBroken);
  await drop();
});
