import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes in AES-256 keys, GCM nonces and GCM tags (NIST SP 800-38D). */
export const keyBytes = 32;
export const nonceBytes = 12;
export const tagBytes = 16;

/**
 * The key-encryption keys: several may open what was wrapped before, one wraps anew. An id is 16 hexadecimal
 * digits. `context` says what the data key is for; a wrapped key opens in no other context.
 */
export interface KeyRing {
  currentKeyId(): Promise<string>;
  has(keyId: string): Promise<boolean>;
  /** Wraps with the current key. */
  wrap(dataKey: Buffer, context: string): Promise<{ keyId: string; wrapped: Buffer }>;
  /** Throws {@link KeyMissing} or {@link SealBroken}. */
  unwrap(keyId: string, wrapped: Buffer, context: string): Promise<Buffer>;
}

/** A key for one purpose, kept for good, with what its purpose has to remember out of the database's reach. */
export type NamedKey = { key: Buffer; note: string };

/** Keys for single purposes, beside the ring's own; turning those leaves these as they are. */
export interface NamedKeys {
  /** The key as it is now; undefined while there is none. */
  namedKey(name: string): Promise<NamedKey | undefined>;
  /** Makes a named key unless there is one. */
  makeNamedKey(name: string, note: string): Promise<NamedKey>;
}

/** The key-encryption key is not in the ring. */
export class KeyMissing extends Error {
  readonly keyId: string;
  constructor(keyId: string) {
    super(`the encryption key ${keyId} is missing`);
    this.name = 'KeyMissing';
    this.keyId = keyId;
  }
}

/** Who opens key-encryption keys cannot be asked at present; keys that are open go on working. */
export class KeysAway extends Error {
  /** As of a service that failed: it is worth a later try. */
  readonly $fault = 'server';
  constructor(cause: unknown) {
    super('the key-management service cannot be asked at present', { cause });
    this.name = 'KeysAway';
  }
}

/** What was sealed is not what is there now: changed, cut off, reordered or moved. */
export class SealBroken extends Error {
  constructor(message = 'the sealed data does not authenticate') {
    super(message);
    this.name = 'SealBroken';
  }
}

/** AES-256-GCM under a fresh random nonce: nonce, ciphertext, tag. */
export function encryptOnce(key: Buffer, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const body = cipher.update(plain);
  return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of {@link encryptOnce}; throws {@link SealBroken}. */
export function decryptOnce(key: Buffer, sealed: Buffer, context: string): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw new SealBroken();
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-tagBytes));
  try {
    const body = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([body, decipher.final()]);
  } catch {
    throw new SealBroken();
  }
}
