import { type _Object as ListedObject, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type Patience, patiently } from './patience.ts';

export type Bucket = { client: S3Client; bucket: string; patience: Patience };

/** S3 answers no more of them at once. */
const pageMax = 1_000;

/** The objects whose keys begin so, in order of their bytes; at most so many. */
export async function* objectsIn(
  { client, bucket, patience }: Bucket,
  prefix: string,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<ListedObject> {
  let left = limit;
  let token: string | undefined;
  do {
    const asked = {
      Bucket: bucket,
      Prefix: prefix,
      MaxKeys: Math.min(left, pageMax),
      ContinuationToken: token,
    };
    const page = await patiently(patience, (abortSignal) =>
      client.send(new ListObjectsV2Command(asked), { abortSignal }),
    );
    const found = page.Contents ?? [];
    yield* found;
    left -= found.length;
    token = page.NextContinuationToken;
  } while (token !== undefined && left > 0);
}
