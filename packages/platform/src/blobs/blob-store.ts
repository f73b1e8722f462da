/** The bytes from `start` up to but not including `end`. */
export type ByteRange = { start: number; end: number };

/**
 * Keeps opaque bytes under generated keys. A blob is there whole or not at all, whatever is killed when; what
 * makes one count is the row in the database that names it, so the order is: put, then commit the row; and:
 * delete the row, then the blob. What is left over is swept up.
 */
export interface BlobStore {
  /** Stores everything `content` yields; answers once it survives a crash. A failing `content` stores nothing. */
  put(key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Yields the blob, or a range within it. A chunk is good until the next is asked for. Throws
   * {@link BlobMissing} when the blob is not there or too short.
   */
  read(key: string, range?: ByteRange): AsyncIterable<Buffer>;
  /** Undefined when there is no such blob. */
  sizeOf(key: string): Promise<number | undefined>;
  /** Succeeds also when there is no such blob. */
  delete(key: string): Promise<void>;
  /** The keys of blobs stored before the instant (Unix ms), for the sweeper. */
  keysBefore(instantMs: number): AsyncIterable<string>;
  /** Bytes that can still be put; infinite where no bound is known. */
  freeBytes(): Promise<number>;
  /** Removes what puts that never finished left behind, untouched since the instant (Unix ms). */
  removeUnfinished(instantMs: number): Promise<number>;
}

export class BlobMissing extends Error {
  constructor(key: string) {
    super(`blob ${key} is not there or too short`);
    this.name = 'BlobMissing';
  }
}

/** A fresh storage key: 128 random bits in hexadecimal, never made from what a user sent. */
export const newBlobKey = (): string => crypto.randomUUID().replaceAll('-', '');

export const isBlobKey = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

/** Refuses anything but a generated key, so that no key can leave the store's folder or prefix. */
export function assertBlobKey(key: string): void {
  if (!isBlobKey(key)) throw new Error('not a generated blob key');
}
