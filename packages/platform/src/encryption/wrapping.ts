import { decryptOnce, encryptOnce, KeyMissing } from './key-ring.ts';

/** Keys that lie open in the memory of a process, by id. */
type OpenKeys = ReadonlyMap<string, Buffer>;

/** Bound to the key as well: a data key that is moved under another does not open. */
const contextOf = (keyId: string, context: string) => `data key under ${keyId} for ${context}`;

/** Wraps a data key under one of these. Throws {@link KeyMissing}. */
export function wrapUnder(
  keys: OpenKeys,
  keyId: string,
  dataKey: Buffer,
  context: string,
): { keyId: string; wrapped: Buffer } {
  return { keyId, wrapped: encryptOnce(keyOf(keys, keyId), dataKey, contextOf(keyId, context)) };
}

/** The reverse of {@link wrapUnder}. Throws {@link KeyMissing} or `SealBroken`. */
export const unwrapUnder = (keys: OpenKeys, keyId: string, wrapped: Buffer, context: string): Buffer =>
  decryptOnce(keyOf(keys, keyId), wrapped, contextOf(keyId, context));

function keyOf(keys: OpenKeys, keyId: string): Buffer {
  const key = keys.get(keyId);
  if (!key) throw new KeyMissing(keyId);
  return key;
}
