import { createHash } from 'node:crypto';
import type { MedicalFile } from '@consulta/contracts';
import {
  BlobMissing,
  type BlobStore,
  type ByteRange,
  type FrameKey,
  framePlainBytes,
  type KeyRing,
  openDataKey,
  openFrames,
  openText,
  releaseMemory,
  SealBroken,
  sealedBytes,
  sealedRange,
} from '@consulta/platform';
import type { FileRow } from './open-file.ts';

/** What a file's content and its name are sealed for. */
export const contentContext = (fileId: string) => `file:${fileId}`;
export const nameContext = (fileId: string) => `file-name:${fileId}`;

/** The contract's file from its row; opens the name. */
export async function showFile(ring: KeyRing, row: FileRow): Promise<MedicalFile> {
  return {
    id: row.id,
    appointmentId: row.appointment_id,
    name: await openText(ring, row.name_sealed, nameContext(row.id)),
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256.toString('hex'),
    createdAt: row.created_at.toISOString(),
  };
}

/** Opens the data key of a file's content. */
export async function contentKeyOf(ring: KeyRing, row: FileRow): Promise<FrameKey> {
  const context = contentContext(row.id);
  return { dataKey: await openDataKey(ring, row.content_key, context), objectId: context };
}

/** Whether an error means that what is stored is not what was put there. */
export const isDamage = (error: unknown): boolean =>
  error instanceof SealBroken || error instanceof BlobMissing;

/** Reads a range of the plaintext; a frame that does not authenticate yields nothing and throws. */
export const readContent = (
  store: BlobStore,
  key: FrameKey,
  row: FileRow,
  range: ByteRange,
): AsyncGenerator<Buffer> =>
  openFrames(store.read(row.storage_key, sealedRange(row.size_bytes, range)), key, row.size_bytes, range);

/**
 * Reads the whole file once and throws when anything about it is damaged: its length, any frame, or the hash
 * of the whole. Afterwards an answer can begin with good conscience. Gives the content of a file of one frame,
 * which then need not be read again.
 */
export async function verifyContent(
  store: BlobStore,
  key: FrameKey,
  row: FileRow,
): Promise<Buffer | undefined> {
  if ((await store.sizeOf(row.storage_key)) !== sealedBytes(row.size_bytes)) {
    throw new SealBroken('the stored file has another size');
  }
  const hash = createHash('sha256');
  let small: Buffer | undefined;
  for await (const chunk of readContent(store, key, row, { start: 0, end: row.size_bytes })) {
    hash.update(chunk);
    if (row.size_bytes <= framePlainBytes) small = chunk;
    else releaseMemory(chunk);
  }
  if (!hash.digest().equals(row.sha256)) throw new SealBroken('the content has another hash');
  return small;
}
