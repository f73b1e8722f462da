import { createHash } from 'node:crypto';
import type { MedicalFile } from '@consulta/contracts';
import { BlobMissing, type BlobStore, type ByteRange } from '@consulta/platform/blobs';
import {
  type FrameKey,
  type KeyRing,
  openDataKey,
  openFrames,
  openText,
  SealBroken,
  sealedBytes,
  sealedRange,
} from '@consulta/platform/encryption';
import { releaseMemory } from '@consulta/platform/process';
import type { FileRow } from './open-file.ts';

/** What a file's content and its name are sealed for. */
export const contentContext = (fileId: string) => `file:${fileId}`;
export const nameContext = (fileId: string) => `file-name:${fileId}`;

/** The contract's file from its row; opens the name. */
export async function showFile(keyRing: KeyRing, row: FileRow): Promise<MedicalFile> {
  return {
    id: row.id,
    appointmentId: row.appointment_id,
    name: await openText(keyRing, row.name_sealed, nameContext(row.id)),
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256.toString('hex'),
    createdAt: row.created_at.toISOString(),
  };
}

/** Opens the data key of a file's content. */
export async function contentKeyOf(keyRing: KeyRing, row: FileRow): Promise<FrameKey> {
  const context = contentContext(row.id);
  return { dataKey: await openDataKey(keyRing, row.content_key, context), objectId: context };
}

/** Whether an error means that what is stored is not what was put there. */
export const isDamage = (error: unknown): boolean =>
  error instanceof SealBroken || error instanceof BlobMissing;

/** Where content lies, and how much of it there is. */
export type StoredBytes = Pick<FileRow, 'storage_key' | 'size_bytes'>;

/** Reads a range of the plaintext; a frame that does not authenticate yields nothing and throws. */
export const readContent = (
  blobs: BlobStore,
  key: FrameKey,
  { storage_key, size_bytes }: StoredBytes,
  range: ByteRange = { start: 0, end: size_bytes },
): AsyncGenerator<Buffer> =>
  openFrames(blobs.read(storage_key, sealedRange(size_bytes, range)), key, size_bytes, range);

/**
 * Reads a range once and throws when anything about it is damaged; afterwards an answer can begin with good
 * conscience. Of a part only its frames are read: each is authenticated by the file's own key, its place, whether it
 * is the last, and the file's id, so none can be changed, moved, cut off or come from another file. The hash of the
 * whole is checked when the whole is read. Gives the range's content when it lies in one frame, which then need not
 * be read again.
 */
export async function verifyContent(
  blobs: BlobStore,
  key: FrameKey,
  row: FileRow,
  range: ByteRange,
): Promise<Buffer | undefined> {
  if ((await blobs.sizeOf(row.storage_key)) !== sealedBytes(row.size_bytes)) {
    throw new SealBroken('the stored file has another size');
  }
  const length = range.end - range.start;
  const hash = length === row.size_bytes ? createHash('sha256') : undefined;
  let small: Buffer | undefined;
  for await (const chunk of readContent(blobs, key, row, range)) {
    hash?.update(chunk);
    if (chunk.length === length) small = chunk;
    else releaseMemory(chunk);
  }
  if (hash && !hash.digest().equals(row.sha256)) throw new SealBroken('the content has another hash');
  return small;
}
