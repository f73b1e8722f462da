import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { openS3Client } from '../../aws/s3/client.ts';
import { openS3Texts } from '../../aws/s3/texts.ts';
import type { TextStore } from '../../blobs/text-store.ts';
import { type Fauxqs, startFauxqsHere } from './start.ts';

/** Buckets at the emulator. */
export type Buckets = {
  client: S3Client;
  newBucket: () => Promise<string>;
  textsIn: (bucket: string) => TextStore;
  stop: () => Promise<void>;
};

const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };

/** A client of S3 at an emulator, which takes any credentials. */
export const emulatedS3 = (endpoint: string): S3Client =>
  openS3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true });

/** Starts the emulator for buckets. */
export async function startBuckets(): Promise<Buckets> {
  const fauxqs: Fauxqs = await startFauxqsHere();
  const client = emulatedS3(fauxqs.endpoint);
  const newBucket = async () => {
    const Bucket = `consulta-${crypto.randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  };
  const patience = { silentMs: 60_000, repeatWithinMs: 60_000 };
  const textsIn = (bucket: string) => openS3Texts({ client, bucket, prefix: 'texts/', patience });
  const stop = async () => {
    client.destroy();
    await fauxqs.stop();
  };
  return { client, newBucket, textsIn, stop };
}
