import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ByteRange } from '../blobs/blob-store.ts';
import { releaseMemory } from '../process/release-memory.ts';
import { nonceBytes, SealBroken, tagBytes } from './key-ring.ts';

/*
 * Content as a row of AES-256-GCM frames, after the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár:
 * "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015). A frame's nonce is its index
 * and whether it is the last, its additional data the object's id: frames can't be reordered, cut off, or
 * moved to another object, and any of them can be read alone. The key must be this object's only.
 */

/** Plaintext bytes in every frame but the last. */
export const framePlainBytes = 64 * 1024;
const frameBytes = framePlainBytes + tagBytes;

/** What opens an object's frames: its own data key and its id, and for reading its plaintext's size. */
export type FrameKey = { dataKey: Buffer; objectId: string };

const frameCount = (plainBytes: number) => Math.max(1, Math.ceil(plainBytes / framePlainBytes));

/** How many bytes the frames of so much plaintext take. */
export const sealedBytes = (plainBytes: number) => plainBytes + frameCount(plainBytes) * tagBytes;

/** The part of the sealed bytes that holds a range of the plaintext. */
export function sealedRange(plainBytes: number, { start, end }: ByteRange): ByteRange {
  const last = Math.floor(Math.max(start, end - 1) / framePlainBytes);
  return {
    start: Math.floor(start / framePlainBytes) * frameBytes,
    end: Math.min((last + 1) * frameBytes, sealedBytes(plainBytes)),
  };
}

/** Encrypts a stream frame by frame; holds one frame at a time. A chunk is good until the next is asked for. */
export async function* sealFrames(plain: AsyncIterable<Uint8Array>, key: FrameKey): AsyncGenerator<Buffer> {
  const frame = Buffer.allocUnsafeSlow(framePlainBytes);
  let filled = 0;
  let index = 0;
  for await (const chunk of plain) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === framePlainBytes) {
        yield* sealFrame(key, frame, index, false);
        index += 1;
        filled = 0;
      }
      const part = chunk.subarray(taken, taken + framePlainBytes - filled);
      frame.set(part, filled);
      filled += part.length;
      taken += part.length;
    }
  }
  yield* sealFrame(key, frame.subarray(0, filled), index, true);
  releaseMemory(frame);
}

/**
 * Decrypts the frames that `sealed` yields, which must be exactly those of {@link sealedRange}, and yields the
 * plaintext of the range. Not one byte that fails to authenticate is yielded; throws {@link SealBroken}.
 */
export async function* openFrames(
  sealed: AsyncIterable<Uint8Array>,
  key: FrameKey,
  plainBytes: number,
  range: ByteRange = { start: 0, end: plainBytes },
): AsyncGenerator<Buffer> {
  const last = frameCount(plainBytes) - 1;
  const { start, end } = sealedRange(plainBytes, range);
  let index = start / frameBytes;
  for await (const frame of regroup(sealed, end - start)) {
    const plain = openFrame(key, frame, index, index === last);
    const offset = index * framePlainBytes;
    const wanted = plain.subarray(Math.max(0, range.start - offset), Math.max(0, range.end - offset));
    if (wanted.length > 0) yield wanted;
    index += 1;
  }
}

/** Cuts exactly `total` bytes into frames, whatever pieces they arrive in. A frame is good until the next. */
async function* regroup(sealed: AsyncIterable<Uint8Array>, total: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(frameBytes, total));
  let left = total;
  let filled = 0;
  for await (const chunk of sealed) {
    for (let taken = 0; taken < chunk.length; ) {
      if (left === 0) throw new SealBroken('there is more than was sealed');
      const size = Math.min(frameBytes, left);
      const part = chunk.subarray(taken, taken + size - filled);
      buffer.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < size) continue;
      yield buffer.subarray(0, size);
      left -= size;
      filled = 0;
    }
  }
  releaseMemory(buffer);
  if (left > 0) throw new SealBroken('there is less than was sealed');
}

function nonceOf(index: number, final: boolean): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeUInt8(final ? 1 : 0, 0);
  nonce.writeUInt32BE(index, nonceBytes - 4);
  return nonce;
}

const additionalData = (objectId: string) => Buffer.from(`frames of ${objectId}`);

/** Ciphertext and tag one after the other: joining them would copy every frame once more. */
function* sealFrame(key: FrameKey, plain: Buffer, index: number, final: boolean): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-gcm', key.dataKey, nonceOf(index, final));
  cipher.setAAD(additionalData(key.objectId));
  if (plain.length > 0) {
    const body = cipher.update(plain);
    yield body;
    releaseMemory(body);
  }
  cipher.final();
  yield cipher.getAuthTag();
}

function openFrame(key: FrameKey, frame: Buffer, index: number, final: boolean): Buffer {
  if (frame.length < tagBytes) throw new SealBroken();
  const decipher = createDecipheriv('aes-256-gcm', key.dataKey, nonceOf(index, final), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(additionalData(key.objectId)).setAuthTag(frame.subarray(-tagBytes));
  const plain = decipher.update(frame.subarray(0, -tagBytes));
  try {
    decipher.final();
  } catch {
    throw new SealBroken();
  }
  return plain;
}
