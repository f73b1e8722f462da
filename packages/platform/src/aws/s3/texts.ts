import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { TextStore } from '../../blobs/text-store.ts';
import { objectsIn } from './listing.ts';
import { undefinedIfMissing } from './missing.ts';
import { type Patience, patiently, usualPatience } from './patience.ts';

/** What S3 says where another wrote before, or is writing at the same time. */
const overtaken = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);

/**
 * Small texts as objects of an S3 bucket, under a prefix. A text takes the place of the one that was read and of no
 * other, by a conditional write; of one whose answer was lost is said that another was there first.
 */
export function openS3Texts(options: {
  client: S3Client;
  bucket: string;
  prefix: string;
  patience?: Patience;
}): TextStore {
  const { client, bucket, prefix, patience = usualPatience } = options;
  const at = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  return {
    read: (name) =>
      patiently(patience, async (abortSignal) => {
        const found = await client
          .send(new GetObjectCommand(at(name)), { abortSignal })
          .catch(undefinedIfMissing);
        if (!found?.Body) return undefined;
        return { text: await found.Body.transformToString(), version: found.ETag ?? '' };
      }),
    write: (name, text, over) => {
      const condition = over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over };
      const put = new PutObjectCommand({ ...at(name), ...condition, Body: text });
      return patiently(patience, (abortSignal) =>
        client.send(put, { abortSignal }).then(() => true, falseIfOvertaken),
      );
    },
    names: async function* (begin, limit) {
      for await (const { Key = '' } of objectsIn({ client, bucket, patience }, prefix + begin, limit)) {
        yield Key.slice(prefix.length);
      }
    },
  };
}

function falseIfOvertaken(error: unknown): false {
  if (!(error instanceof Error) || !overtaken.has(error.name)) throw error;
  return false;
}
