import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import {
  KeyMissing,
  type KeyRing,
  keyBytes,
  type NamedKey,
  type NamedKeys,
  SealBroken,
} from '../../encryption/key-ring.ts';
import { unwrapUnder, wrapUnder } from '../../encryption/wrapping.ts';
import type { Kms } from './client.ts';
import { addFirstKey, addKey, addNamedKey, readKeys, readNamedKeys } from './rows.ts';

/** Where a ring's keys lie, who opens them, and whose they are: one service's keys open for no other. */
export type KmsRingPlace = { pool: pg.Pool; kms: Kms; owner: string };

/** After so long a process that wraps looks whether there is a newer key. */
const lookAgainMs = 60_000;

const keyContext = (owner: string, id: string) => ({ owner, purpose: 'key-encryption key', id });
const namedContext = (owner: string, name: string) => ({ owner, purpose: 'named key', name });

/**
 * A ring whose keys lie in the service's own database, wrapped by KMS. All are opened at the start and stay open in
 * memory: afterwards KMS is asked only about a key that is new. A rotation is taken up with the first data key under
 * the new key, and within a minute by who wraps. Throws `KeysAway` where KMS gives no answer.
 *
 * @param beforeMaking throws where a first key would be the wrong one, because what it should open is there already.
 */
export async function openKmsKeyRing(
  place: KmsRingPlace,
  { beforeMaking = async () => {} }: { beforeMaking?: () => Promise<void> } = {},
): Promise<KeyRing & NamedKeys> {
  const ring = openKeys(place);
  await ring.load();
  if (ring.keys.size === 0) {
    await beforeMaking();
    await addFirstKey(place.pool, await freshKey(place));
    await ring.load();
  }
  const named = openNamedKeys(place);
  await named.load();
  return {
    currentKeyId: async () => ring.current(),
    has: async (keyId) => ring.find(keyId),
    wrap: async (dataKey, context) => {
      ring.lookAgain();
      return wrapUnder(ring.keys, ring.current(), dataKey, context);
    },
    unwrap: async (keyId, wrapped, context) => {
      await ring.find(keyId);
      return unwrapUnder(ring.keys, keyId, wrapped, context);
    },
    namedKey: named.find,
    makeNamedKey: named.make,
  };
}

/** Adds a key and makes it the current one; the older ones go on opening. Answers its id. */
export async function rotateKmsKeyRing(place: KmsRingPlace): Promise<string> {
  const fresh = await freshKey(place);
  await addKey(place.pool, fresh);
  return fresh.id;
}

async function freshKey({ kms, owner }: KmsRingPlace): Promise<{ id: string; wrapped: Buffer }> {
  const id = randomBytes(8).toString('hex');
  const { wrapped } = await kms.generate(keyContext(owner, id));
  return { id, wrapped };
}

/** The key-encryption keys that this process has opened. */
function openKeys({ pool, kms, owner }: KmsRingPlace) {
  const keys = new Map<string, Buffer>();
  let currentId = '';
  let lookedMs = performance.now();
  const load = async () => {
    lookedMs = performance.now();
    const rows = await readKeys(pool);
    const unknown = rows.filter(({ id }) => !keys.has(id));
    await Promise.all(
      unknown.map(async ({ id, wrapped }) => {
        keys.set(id, await kms.decrypt(wrapped, keyContext(owner, id)));
      }),
    );
    currentId = rows.at(-1)?.id ?? currentId;
  };
  return {
    keys,
    load,
    current: () => currentId,
    /** An unknown key may be one that was just rotated in. */
    find: async (keyId: string) => {
      if (!keys.has(keyId)) await load();
      return keys.has(keyId);
    },
    /** Waits for nothing: the key there is serves as well. */
    lookAgain: () => {
      if (performance.now() > lookedMs + lookAgainMs) void load().catch(() => {});
    },
  };
}

/** The named keys that this process has opened, each with its note sealed in one. */
function openNamedKeys({ pool, kms, owner }: KmsRingPlace) {
  const opened = new Map<string, NamedKey>();
  const load = async () => {
    const unknown = (await readNamedKeys(pool)).filter(({ name }) => !opened.has(name));
    await Promise.all(
      unknown.map(async ({ name, wrapped }) => {
        opened.set(name, namedKeyIn(await kms.decrypt(wrapped, namedContext(owner, name))));
      }),
    );
  };
  const find = async (name: string) => {
    if (!opened.has(name)) await load();
    const found = opened.get(name);
    return found && { key: Buffer.from(found.key), note: found.note };
  };
  const make = async (name: string, note: string) => {
    const there = await find(name);
    if (there) return there;
    const plain = Buffer.concat([randomBytes(keyBytes), Buffer.from(note)]);
    await addNamedKey(pool, name, await kms.encrypt(plain, namedContext(owner, name)));
    const made = await find(name);
    if (!made) throw new KeyMissing(name);
    return made;
  };
  return { load, find, make };
}

function namedKeyIn(plain: Buffer): NamedKey {
  if (plain.length < keyBytes) throw new SealBroken();
  return { key: plain.subarray(0, keyBytes), note: plain.toString('utf8', keyBytes) };
}
