import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the chain reached at some time: its last position and that position's hash in hexadecimal. */
export type Head = {
  position: number;
  hash: string;
  /** When it was recorded; null in heads of versions that did not sign them. */
  at: string | null;
  /** HMAC-SHA-256 in hexadecimal under the trail's key; null where there is none. */
  signature: string | null;
};

/** A head that only the holder of the trail's key can make. */
export function signHead(key: Buffer, head: { position: number; hash: string; at: string }): Head {
  return { ...head, signature: signature(key, head).toString('hex') };
}

/** Whether a head was made with this key. */
export function isSigned(key: Buffer, head: Head): boolean {
  const given = Buffer.from(head.signature ?? '', 'hex');
  const expected = signature(key, head);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const signature = (key: Buffer, { position, hash, at }: Pick<Head, 'position' | 'hash' | 'at'>) =>
  createHmac('sha256', key)
    .update(JSON.stringify(['audit head', position, hash, at]))
    .digest();

/**
 * Keeps heads outside the database, so that cutting off the trail's end is noticed. A store keeps what it is given
 * and judges nothing: whether a head is signed is asked of {@link isSigned}.
 */
export interface AuditHeads {
  /** The furthest head recorded; undefined when none is. */
  latest(): Promise<Head | undefined>;
  /** Heads recorded over time, in order of position, the latest included, and how many lines cannot be read. */
  all(): Promise<{ heads: Head[]; unreadable: number }>;
  /**
   * Keeps a head, unless a further one is kept already. Answers whether it was also added to those kept over time, which
   * happens at least every 1,000 positions and every 10 minutes of the heads' own times. Called by one at a time:
   * whoever chains holds a lock.
   */
  record(head: Head): Promise<boolean>;
}
