import { createHash, randomUUIDv7 } from 'node:crypto';
import { type FileMediaType, fileBytesMax } from '@consulta/contracts';
import type { RightsInUse } from '@consulta/platform/auth';
import { type BlobStore, newBlobKey } from '@consulta/platform/blobs';
import { inTransaction, isUnavailable } from '@consulta/platform/database';
import { type KeyRing, newDataKey, sealFrames, sealText } from '@consulta/platform/encryption';
import { gone, type IdempotencyKey, rememberKey } from '@consulta/platform/http';
import { lockOwn } from '../../appointments/own.ts';
import type { Actor } from '../../audit/actor.ts';
import { recordAccess } from '../../audit/record.ts';
import { contentContext, nameContext, readContent } from './encrypted-content.ts';
import { insertFile } from './insert-file.ts';
import type { FileInspector } from './inspection/inspector.ts';
import { safeFileName } from './names.ts';
import type { FileRow } from './open-file.ts';
import { assertTakesFiles, type Db, findOwnFile } from './queries.ts';
import { quotaExceeded } from './quota.ts';
import { type SentFile, tooLarge } from './upload-form.ts';

export type UploadDeps = {
  db: Db;
  blobs: BlobStore;
  keyRing: KeyRing;
  rights: RightsInUse;
  quotaBytes: number;
  inspect: FileInspector['inspect'];
};

/** A file whose content is stored, and whose row is not there yet. */
export type StoredContent = {
  id: string;
  storageKey: string;
  name: string;
  contentKey: Buffer;
  mediaType: FileMediaType;
  sizeBytes: number;
  sha256: Buffer;
};

/**
 * Encrypts and stores what arrives, piece by piece, and then has it inspected, read back piece by piece: an upload
 * holds a frame or two in memory however long its inspection waits, and nothing readable touches the disk. Throws
 * 413 or 415 and leaves nothing behind.
 */
export async function storeContent(deps: UploadDeps, { name, content }: SentFile): Promise<StoredContent> {
  const { blobs, keyRing } = deps;
  const id = randomUUIDv7();
  const storageKey = newBlobKey();
  const { dataKey, wrapped } = await newDataKey(keyRing, contentContext(id));
  const key = { dataKey, objectId: contentContext(id) };
  const measured = measuring(content);
  await blobs.put(storageKey, sealFrames(measured.content, key));
  const { sizeBytes, sha256 } = measured.result();
  try {
    const stored = readContent(blobs, key, { storage_key: storageKey, size_bytes: sizeBytes });
    const mediaType = await deps.inspect(stored);
    const safeName = safeFileName(name, mediaType);
    return { id, storageKey, name: safeName, contentKey: wrapped, mediaType, sizeBytes, sha256 };
  } catch (error) {
    await blobs.delete(storageKey);
    throw error;
  }
}

/** Counts and hashes bytes as they pass; throws 413 when there are too many. The result is there at their end. */
function measuring(content: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const passing = async function* () {
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      if (sizeBytes > fileBytesMax) throw tooLarge();
      hash.update(chunk);
      yield chunk;
    }
  };
  return { content: passing(), result: () => ({ sizeBytes, sha256: hash.digest() }) };
}

/**
 * Makes stored content a file of the appointment. With an idempotency key used before for the same content it
 * gives the file made then. Throws 401 for who was signed out meanwhile, 409 `quota_exceeded`, or `invalid_transition`
 * where the appointment fell meanwhile, 410 for a key whose file was deleted, 422 for a key of another request.
 * Whenever the content did not become the file, it is removed. Where a lost connection leaves that unknown it is kept:
 * the sweeper removes it if there is no row.
 */
export async function commitFile(
  deps: UploadDeps,
  by: { actor: Actor; key: IdempotencyKey | undefined },
  appointmentId: string,
  stored: StoredContent,
): Promise<FileRow> {
  let kept = false;
  try {
    deps.rights.assertSignedIn(by.actor);
    const made = await insertRow(deps, by, appointmentId, stored);
    kept = made.id === stored.id;
    return made;
  } catch (error) {
    kept = isUnavailable(error);
    throw error;
  } finally {
    if (!kept) await deps.blobs.delete(stored.storageKey);
  }
}

async function insertRow(
  { db, keyRing, quotaBytes }: UploadDeps,
  { actor, key }: { actor: Actor; key: IdempotencyKey | undefined },
  appointmentId: string,
  stored: StoredContent,
): Promise<FileRow> {
  const { id } = stored;
  const nameSealed = await sealText(keyRing, stored.name, nameContext(id));
  return inTransaction(db, async (trx) => {
    const keptId = await rememberKey(trx, keyOfUpload(key, stored), id);
    if (keptId !== id) {
      const earlier = await findOwnFile(trx, actor, keptId);
      if (!earlier) throw gone();
      return earlier;
    }
    assertTakesFiles((await lockOwn(trx, actor, appointmentId)).status);
    const row = {
      id,
      appointment_id: appointmentId,
      patient_id: actor.userId,
      storage_key: stored.storageKey,
      name_sealed: nameSealed,
      content_key: stored.contentKey,
      media_type: stored.mediaType,
      size_bytes: stored.sizeBytes,
      sha256: stored.sha256,
    };
    const file = await insertFile(trx, row, quotaBytes);
    if (!file) throw quotaExceeded(quotaBytes);
    const patientId = actor.userId;
    await recordAccess(trx, actor, {
      action: 'create',
      resource: { kind: 'file', id },
      appointmentId,
      patientId,
    });
    return file;
  });
}

/** The body is no JSON, so the content's hash stands for it in the key. */
function keyOfUpload(key: IdempotencyKey | undefined, stored: StoredContent): IdempotencyKey | undefined {
  if (!key) return undefined;
  const requestHash = createHash('sha256').update(key.requestHash).update(stored.sha256).update(stored.name);
  return { scope: key.scope, requestHash: requestHash.digest() };
}
