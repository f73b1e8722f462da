import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Content that lies on the disk for as long as it takes to send it. */
export type TemporaryCopy = {
  bytes: number;
  /** SHA-256 in base64. */
  sha256: string;
  /** From the beginning, as often as it is asked for. */
  pieces: () => AsyncIterable<Buffer>;
  remove: () => Promise<void>;
};

const pieceBytes = 64 * 1024;

/**
 * Copies content into a file that has no name any more as soon as it is open: whatever ends the process, nothing of it
 * stays. A failing `content` fails it.
 */
export async function temporaryCopy(
  folder: string,
  content: AsyncIterable<Uint8Array>,
): Promise<TemporaryCopy> {
  const path = join(folder, `consulta-${crypto.randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  try {
    await rm(path);
    const { bytes, sha256 } = await copyTo(handle, content);
    return { bytes, sha256, pieces: () => piecesOf(handle, bytes), remove: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function copyTo(handle: FileHandle, content: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  const passing = async function* () {
    for await (const piece of content) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  await handle.writeFile(passing());
  return { bytes, sha256: hash.digest('base64') };
}

async function* piecesOf(handle: FileHandle, bytes: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < bytes; ) {
    // One each: it is on its way when the next is asked for.
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes - position));
    const { bytesRead } = await handle.read(piece, 0, piece.length, position);
    if (bytesRead === 0) throw new Error('the temporary copy was cut off');
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
