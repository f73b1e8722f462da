import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  assertBlobKey,
  BlobMissing,
  type BlobStore,
  type ByteRange,
  isBlobKey,
} from '../../blobs/blob-store.ts';
import { type Bucket, objectsIn } from './listing.ts';
import { undefinedIfMissing } from './missing.ts';
import { isPassing, type Patience, patiently, unlessSilent, usualPatience } from './patience.ts';
import { type TemporaryCopy, temporaryCopy } from './temporary-copy.ts';

const prefix = 'blobs/';

type S3Object = Bucket & { key: string; object: { Bucket: string; Key: string } };

/**
 * Blobs as objects of an S3 bucket, under `blobs/`. What is put lies in a file without a name until its length and its
 * SHA-256 are known: S3 takes nothing of unknown length, and stores nothing that arrives otherwise than it was sent. A
 * put whose answer was lost may have stored its blob, which is then one without a row.
 *
 * @param options.temporaryFolder has to have room for what is on its way at once
 */
export function openS3Blobs(options: {
  client: S3Client;
  bucket: string;
  patience?: Patience;
  temporaryFolder?: string;
}): BlobStore {
  const { client, bucket, patience = usualPatience, temporaryFolder = tmpdir() } = options;
  const place: Bucket = { client, bucket, patience };
  const at = (key: string): S3Object => {
    assertBlobKey(key);
    return { ...place, key, object: { Bucket: bucket, Key: prefix + key } };
  };
  return {
    put: async (key, content) => {
      const target = at(key);
      const copy = await temporaryCopy(temporaryFolder, content);
      await patiently(patience, (signal, progress) => putCopy(target, copy, signal, progress)).finally(
        copy.remove,
      );
    },
    read: (key, range) => readBlob(at(key), range),
    sizeOf: async (key) => sizeOf(at(key)),
    delete: async (key) => {
      const { object } = at(key);
      await patiently(patience, (abortSignal) =>
        client.send(new DeleteObjectCommand(object), { abortSignal }),
      );
    },
    keysBefore: (instantMs) => keysBefore(place, instantMs),
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(temporaryFolder);
      return bavail * bsize;
    },
    // A file without a name ends with its process.
    removeUnfinished: async () => 0,
  };
}

async function putCopy(
  { client, object }: S3Object,
  copy: TemporaryCopy,
  abortSignal: AbortSignal,
  progress: () => void,
): Promise<void> {
  const body = Readable.from(noting(copy.pieces(), progress), { objectMode: false });
  // What cannot be read is not sent on, and soon S3 counts as silent.
  body.on('error', () => {});
  const put = new PutObjectCommand({
    ...object,
    Body: body,
    ContentLength: copy.bytes,
    ChecksumSHA256: copy.sha256,
  });
  try {
    await client.send(put, { abortSignal });
  } finally {
    body.destroy();
  }
}

async function* noting(pieces: AsyncIterable<Buffer>, progress: () => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    progress();
    yield piece;
  }
}

const sizeOf = ({ client, patience, object }: S3Object): Promise<number | undefined> =>
  patiently(patience, (abortSignal) =>
    client
      .send(new HeadObjectCommand(object), { abortSignal })
      .then(({ ContentLength }) => ContentLength ?? 0, undefinedIfMissing),
  );

/** Reads on where it broke off, for as long as it gets further: a slow reader may outlast the patience of S3. */
async function* readBlob(blob: S3Object, range?: ByteRange): AsyncGenerator<Buffer> {
  let { start, end } = range ?? { start: 0, end: undefined };
  if (start === end) return assertThere(blob);
  for (;;) {
    const part = await openPart(blob, start, end);
    end ??= part.bytes;
    const partStart = start;
    try {
      for await (const chunk of piecesOf(part.body, blob.patience)) {
        start += chunk.length;
        yield chunk;
      }
      if (start < end) throw new BlobMissing(blob.key);
      return;
    } catch (error) {
      if (start === partStart || !isPassing(error)) throw error;
    } finally {
      // One that was not read to its end would keep its connection, and have what is left sent.
      part.body.destroy();
    }
  }
}

async function assertThere(blob: S3Object): Promise<void> {
  if ((await sizeOf(blob)) === undefined) throw new BlobMissing(blob.key);
}

/** Throws {@link BlobMissing} also where there is less than what is asked for, as of an object stored by half. */
async function openPart(
  { client, patience, object, key }: S3Object,
  start: number,
  end: number | undefined,
): Promise<{ body: Readable; bytes: number }> {
  const asked = start === 0 && end === undefined ? {} : { Range: `bytes=${start}-${end ? end - 1 : ''}` };
  const found = await patiently(patience, (abortSignal) =>
    client.send(new GetObjectCommand({ ...object, ...asked }), { abortSignal }).catch(undefinedIfMissing),
  );
  const [body, bytes] = [found?.Body, found?.ContentLength ?? 0];
  if (!(body instanceof Readable)) throw new BlobMissing(key);
  if (end !== undefined && bytes !== end - start) {
    body.destroy();
    throw new BlobMissing(key);
  }
  return { body, bytes };
}

/** Its pieces, each waited for only so long; however long the reader takes meanwhile. */
async function* piecesOf(body: Readable, { silentMs }: Patience): AsyncGenerator<Buffer> {
  const pieces = body[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await unlessSilent(silentMs, () => pieces.next());
    if (done) return;
    yield value;
  }
}

async function* keysBefore(place: Bucket, instantMs: number): AsyncGenerator<string> {
  for await (const { Key = '', LastModified } of objectsIn(place, prefix)) {
    const key = Key.slice(prefix.length);
    if (LastModified && LastModified.getTime() < instantMs && isBlobKey(key)) yield key;
  }
}
