import { S3ServiceException } from '@aws-sdk/client-s3';

/** For a `catch`: nothing where there is no such object or no such part of it, and every other error as it is. */
export function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof S3ServiceException) || !missing.has(error.name)) throw error;
  return undefined;
}

/** `NotFound` is all that is said of an object that was only asked about. */
const missing = new Set(['NoSuchKey', 'NotFound', 'InvalidRange']);
