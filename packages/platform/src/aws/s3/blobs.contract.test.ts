import { after } from 'node:test';
import { blobStoreContract } from '../../testing/blob-store.contract.ts';
import { holdTo } from '../../testing/contract.ts';
import { startBuckets } from '../../testing/fauxqs/bucket.ts';
import { openS3Blobs } from './blobs.ts';

const { client, newBucket, stop } = await startBuckets();
after(stop);

/** On a busy machine the emulator may be silent for long. */
const patience = { silentMs: 60_000, repeatWithinMs: 60_000 };

holdTo('S3 as the store of blobs', blobStoreContract, async () => ({
  adapter: openS3Blobs({ client, bucket: await newBucket(), patience }),
}));
