import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { platformMigrations } from '../database/migrate.ts';
import { openKeyRingFile, readNamedKey, rotateKeyFile } from '../embedded/key-file.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import {
  assertKeysPresent,
  keyIdsInUse,
  newDataKey,
  openDataKey,
  openText,
  rewrap,
  sealText,
} from './envelope.ts';
import { KeyMissing, SealBroken } from './key-ring.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-keys-'));
let files = 0;
const newPath = () => {
  files += 1;
  return join(folder, `keys-${files}.json`);
};
const ring = await openKeyRingFile(newPath());
const database = await createTestDatabase([platformMigrations]);
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

test('any text opens again in its context and in no other', () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.string(),
      async (text, context, other) => {
        const sealed = await sealText(ring, text, context);
        assert.equal(await openText(ring, sealed, context), text);
        if (other !== context) await assert.rejects(openText(ring, sealed, other), SealBroken);
      },
    ),
  ));

test('a sealed text with any bit flipped or cut off anywhere is refused', async () => {
  const sealed = await sealText(ring, 'Sem alterações.', 'report:1');
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
      const changed = Buffer.from(sealed);
      const at = Math.floor(bit / 8);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (bit % 8)), at);
      await assert.rejects(
        openText(ring, changed, 'report:1'),
        (error) => error instanceof SealBroken || error instanceof KeyMissing,
      );
    }),
  );
  for (let length = 0; length < sealed.length; length += 1) {
    await assert.rejects(openText(ring, sealed.subarray(0, length), 'report:1'), SealBroken);
  }
});

test('sealing twice never gives the same bytes', async () => {
  assert.notDeepEqual(await sealText(ring, 'a', 'b'), await sealText(ring, 'a', 'b'));
});

test('the key file is made once, for its owner only, and serves the next start', async () => {
  const path = newPath();
  const [first, second] = await Promise.all([openKeyRingFile(path), openKeyRingFile(path)]);
  const sealed = await sealText(first, 'text', 'context');
  assert.equal(await openText(second, sealed, 'context'), 'text');
  assert.equal(await openText(await openKeyRingFile(path), sealed, 'context'), 'text');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await chmod(path, 0o644);
  await assert.rejects(openKeyRingFile(path), /0600/);
});

test('a damaged key file is refused, not replaced', async () => {
  const path = newPath();
  for (const content of [
    '',
    '{}',
    '{"current":"00","keys":{}}',
    '{"current":"0011223344556677","keys":{"0011223344556677":"short"}}',
  ]) {
    await writeFile(path, content, { mode: 0o600 });
    await assert.rejects(openKeyRingFile(path), /damaged/);
    assert.equal(await readFile(path, 'utf8'), content);
  }
});

test('a rotated key is used after a reload, opens everywhere at once, and the old one still opens', async () => {
  const path = newPath();
  const [writer, reader] = [await openKeyRingFile(path), await openKeyRingFile(path)];
  const old = await sealText(writer, 'old', 'context');
  const fresh = await rotateKeyFile(path);
  await writer.reload();
  assert.equal(await writer.currentKeyId(), fresh);
  const sealed = await sealText(writer, 'new', 'context');
  assert.equal(sealed.toString('hex', 1, 9), fresh);
  assert.equal(await openText(reader, sealed, 'context'), 'new', 'a process that did not reload');
  assert.equal(await openText(writer, old, 'context'), 'old');
});

test('rewrapping changes the key around the data key and nothing of the content', async () => {
  const path = newPath();
  const rotating = await openKeyRingFile(path);
  const sealed = await sealText(rotating, 'kept', 'context');
  const { dataKey, wrapped } = await newDataKey(rotating, 'file:1');
  assert.equal(await rewrap(rotating, sealed, 'context'), undefined, 'nothing to do yet');
  const fresh = await rotateKeyFile(path);
  await rotating.reload();
  const again = await rewrap(rotating, sealed, 'context');
  assert.ok(again);
  assert.equal(again.toString('hex', 1, 9), fresh);
  assert.deepEqual(again.subarray(-32), sealed.subarray(-32));
  assert.equal(await openText(rotating, again, 'context'), 'kept');
  const key = await rewrap(rotating, wrapped, 'file:1');
  assert.ok(key);
  assert.deepEqual(await openDataKey(rotating, key, 'file:1'), dataKey);
});

test('a start with rows whose key is missing is refused', async () => {
  await database.pool.query(`CREATE TABLE sealed (content bytea);
    CREATE INDEX sealed_key ON sealed (substring(content, 2, 8))`);
  const column = { table: 'sealed', column: 'content' };
  const [path, other] = [newPath(), newPath()];
  const mine = await openKeyRingFile(path);
  await assertKeysPresent(database.pool, mine, [column]);
  const insert = async (sealed: Buffer | null) =>
    database.pool.query('INSERT INTO sealed VALUES ($1)', [sealed]);
  await insert(null);
  for (let row = 0; row < 3; row += 1) await insert(await sealText(mine, 'text', 'context'));
  await rotateKeyFile(path);
  await mine.reload();
  await insert(await sealText(mine, 'text', 'context'));
  assert.equal((await keyIdsInUse(database.pool, column)).length, 2);
  await assertKeysPresent(database.pool, mine, [column]);
  await assert.rejects(assertKeysPresent(database.pool, await openKeyRingFile(other), [column]), KeyMissing);
});

test('a named key is made once and outlives the turning of the ring', async () => {
  const path = newPath();
  const mine = await openKeyRingFile(path);
  assert.equal(await mine.namedKey('trail'), undefined);
  const made = await mine.makeNamedKey('trail', 'since the start');
  assert.deepEqual(await mine.makeNamedKey('trail', 'later'), made);
  await rotateKeyFile(path);
  assert.deepEqual(await mine.namedKey('trail'), made);
  assert.deepEqual(await readNamedKey(path, 'trail'), { key: made.key, note: 'since the start' });
  assert.equal(await readNamedKey(newPath(), 'trail'), undefined);
});
