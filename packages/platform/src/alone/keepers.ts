import { join, resolve } from 'node:path';
import { optional, readBy, type Settings, text, withDefault } from '../process/environment.ts';
import type { KeeperChoice } from './adapters.ts';

/** As S3 names them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucket = readBy('the name of an S3 bucket', (given) =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(given) ? given : undefined,
);

/** As KMS takes it: an id, an ARN or an alias. */
const kmsKey = text('the id, the ARN or the alias of a KMS key');

/** Where files and the trail's heads are kept; in folders where no bucket is named. */
export const keeperVariables = {
  DATA_DIR: withDefault(text('a folder'), '.data'),
  KEYS_FILE: optional(text('a file')),
  AUDIT_DIR: optional(text('a folder')),
  /** Buckets of S3; region, endpoint and credentials are found by the AWS SDK's own chain. */
  FILES_BUCKET: optional(bucket),
  AUDIT_BUCKET: optional(bucket),
  /** Wraps the keys, which then lie in the service's own database. */
  KMS_KEY_ID: optional(kmsKey),
};

export const keeperOf = (env: Settings<typeof keeperVariables>): KeeperChoice => ({
  files: env.FILES_BUCKET
    ? { kind: 's3', bucket: env.FILES_BUCKET }
    : { kind: 'disk', folder: resolve(env.DATA_DIR, 'files') },
  auditBucket: env.AUDIT_BUCKET,
  auditFolder: resolve(env.AUDIT_DIR ?? join(env.DATA_DIR, 'audit')),
  keys: env.KMS_KEY_ID
    ? { kind: 'kms', keyId: env.KMS_KEY_ID }
    : { kind: 'file', file: resolve(env.KEYS_FILE ?? join(env.DATA_DIR, 'keys.json')) },
});
