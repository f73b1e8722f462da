import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { KeyMissing, type KeyRing, type NamedKeys, SealBroken } from '../encryption/key-ring.ts';
import type { Contract } from './contract.ts';

type Ring = KeyRing & NamedKeys;

/** A ring that several processes share: `open` is one more of them, `rotate` makes a fresh key the current one. */
export type KeyRingUnderTest = { open: () => Promise<Ring>; rotate: () => Promise<string> };

const context = 'file:1';

/** What every adapter of {@link KeyRing} and {@link NamedKeys} must do. */
export const keyRingContract: Contract<KeyRingUnderTest> = {
  'what one process wraps, another opens': async ({ open }) => {
    const [mine, other] = [await open(), await open()];
    const dataKey = randomBytes(32);
    const given = Buffer.from(dataKey);
    const wrapping = mine.wrap(given, context);
    const { keyId, wrapped } = await wrapping;
    given.fill(0);
    assert.match(keyId, /^[0-9a-f]{16}$/);
    assert.equal(keyId, await other.currentKeyId());
    const opened = await other.unwrap(keyId, wrapped, context);
    assert.deepEqual(opened, dataKey);
    opened.fill(0);
    assert.deepEqual(await mine.unwrap(keyId, wrapped, context), dataKey);
  },

  'what is wrapped shows nothing, and the same looks different each time': async ({ open }) => {
    const ring = await open();
    const dataKey = randomBytes(32);
    const wrapped = await Promise.all([1, 2, 3].map(async () => (await ring.wrap(dataKey, context)).wrapped));
    assert.equal(new Set(wrapped.map((each) => each.toString('hex'))).size, 3);
    for (const each of wrapped) assert.ok(!each.includes(dataKey.subarray(0, 8)));
  },

  'a wrapped key opens in its own context alone': async ({ open }) => {
    const ring = await open();
    const { keyId, wrapped } = await ring.wrap(randomBytes(32), context);
    for (const other of ['', 'file:2', 'file:10']) {
      await assert.rejects(ring.unwrap(keyId, wrapped, other), SealBroken);
    }
  },

  'a wrapped key that was changed or cut anywhere does not open': async ({ open }) => {
    const ring = await open();
    const { keyId, wrapped } = await ring.wrap(randomBytes(32), context);
    for (let index = 0; index < wrapped.length; index += 1) {
      const changed = Buffer.from(wrapped);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await assert.rejects(ring.unwrap(keyId, changed, context), SealBroken);
      await assert.rejects(ring.unwrap(keyId, wrapped.subarray(0, index), context), SealBroken);
    }
  },

  'of a key that is not in the ring is said that it is missing': async ({ open }) => {
    const ring = await open();
    const { keyId, wrapped } = await ring.wrap(randomBytes(32), context);
    const unknown = keyId.replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0'));
    assert.equal(await ring.has(keyId), true);
    assert.equal(await ring.has(unknown), false);
    await assert.rejects(ring.unwrap(unknown, wrapped, context), KeyMissing);
  },

  'after a rotation the older keys open, and the fresh one does in processes that were not told': async ({
    open,
    rotate,
  }) => {
    const old = await open();
    const before = await old.wrap(randomBytes(32), context);
    const fresh = await rotate();
    const started = await open();
    assert.equal(await started.currentKeyId(), fresh);
    const dataKey = randomBytes(32);
    const after = await started.wrap(dataKey, context);
    assert.equal(after.keyId, fresh);
    await started.unwrap(before.keyId, before.wrapped, context);
    assert.equal(await old.has(fresh), true);
    assert.deepEqual(await old.unwrap(fresh, after.wrapped, context), dataKey);
    assert.equal((await old.wrap(dataKey, context)).keyId, fresh);
  },

  'a named key is made once, and every process has the same': async ({ open }) => {
    const rings = await Promise.all([open(), open(), open()]);
    assert.equal(await rings[0]?.namedKey('trail'), undefined);
    const made = await Promise.all(
      rings.flatMap((ring, index) => [ring.makeNamedKey('trail', `${index}`), ring.makeNamedKey('x', '')]),
    );
    for (const ring of [...rings, await open()]) {
      assert.deepEqual(await ring.namedKey('trail'), made[0]);
      assert.deepEqual(await ring.namedKey('x'), made[1]);
    }
    assert.equal(made[0]?.key.length, 32);
    assert.notDeepEqual(made[0]?.key, made[1]?.key);
    for (const [index, each] of made.entries()) assert.deepEqual(each, made[index % 2]);
  },

  'of keys that are made and rotated at once none is lost': async ({ open, rotate }) => {
    const rings = await Promise.all([open(), open()]);
    const names = Array.from({ length: 12 }, (_, index) => `name ${index}`);
    const [rotated, made] = await Promise.all([
      Promise.all(names.map(() => rotate())),
      Promise.all(names.map((name, index) => rings[index % 2]?.makeNamedKey(name, 'note'))),
    ]);
    const now = await open();
    for (const keyId of rotated) assert.equal(await now.has(keyId), true);
    assert.ok(rotated.includes(await now.currentKeyId()));
    for (const [index, name] of names.entries()) assert.deepEqual(await now.namedKey(name), made[index]);
  },

  'changing a named key that was handed out changes nothing': async ({ open }) => {
    const ring = await open();
    const made = await ring.makeNamedKey('trail', '');
    const key = Buffer.from(made.key);
    made.key.fill(0);
    const found = await ring.namedKey('trail');
    assert.deepEqual(found?.key, key);
    found?.key.fill(0);
    assert.deepEqual((await ring.makeNamedKey('trail', ''))?.key, key);
  },
};
