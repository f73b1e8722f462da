import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { WrongSetting } from '../../process/environment.ts';

/** More than all downloads of a process at once: one that is read slowly keeps its connection. */
const connectionsMax = 1_000;

/** Without one the SDK writes past the log of what it does not repeat. */
const nothing = () => {};
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * The client of S3; credentials, region and endpoint come from the environment, by the SDK's own chain. It sets no time
 * limits of its own and repeats nothing: `patience.ts` does, which knows what moves and what stands still.
 */
export function openS3Client(config: S3ClientConfig = {}): S3Client {
  const agent = { maxSockets: connectionsMax, keepAlive: true };
  return new S3Client({
    maxAttempts: 1,
    requestHandler: { socketTimeout: 0, httpAgent: agent, httpsAgent: agent },
    // What is put has its SHA-256 with it, and what is read authenticates itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It would take a connection of its own for every upload.
    expectContinueHeader: false,
    logger: silent,
    ...config,
  });
}

/** Throws a {@link WrongSetting} where nothing says in which region the buckets are. */
export async function assertRegion(client: S3Client): Promise<void> {
  await client.config.region().catch((cause: unknown) => {
    throw new WrongSetting(
      'AWS_REGION is missing: it accepts the region of the buckets, as in sa-east-1.',
      cause,
    );
  });
}
