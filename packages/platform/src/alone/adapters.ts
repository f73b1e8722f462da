import type pg from 'pg';
import type { Kms } from '../aws/kms/client.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { TextStore } from '../blobs/text-store.ts';
import type { Cache } from '../caching/cache.ts';
import type { DatabasePlace } from '../database/pool.ts';
import type { KeyRing, NamedKeys } from '../encryption/key-ring.ts';
import type { Part } from '../hosting/readiness.ts';
import type { StopSequence } from '../hosting/stop-sequence.ts';
import type { Counters } from '../http/counters.ts';
import type { OpenedBus } from '../messaging/bus.ts';
import type { Fanout } from '../messaging/fanout.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metrics.ts';
import type { RedisConfig } from '../redis/config.ts';

/*
 * The one place where an interface meets its adapter in a process of its own: `config.ts` makes the choice, and what was
 * not chosen is not loaded. An adapter that can be away adds itself to `parts`, and is stopped by `stops`.
 */

/** Queues and topics: pg-boss on a database, or SNS and SQS, whose addresses a file names. */
export type BusChoice =
  | { kind: 'pg-boss'; database: DatabasePlace }
  | { kind: 'sns and sqs'; resourcesFile: string };

/** A folder that the replicas share, or a bucket. */
export type PlaceChoice = { kind: 'disk'; folder: string } | { kind: 's3'; bucket: string };

/** A file that the replicas share, or a key of KMS. */
export type KeysChoice = { kind: 'file'; file: string } | { kind: 'kms'; keyId: string };

/** Where what outlives a process is kept beside the databases. */
export type KeeperChoice = {
  files: PlaceChoice;
  /** Where the trail's heads lie; in the folder unless there is a bucket. */
  auditBucket: string | undefined;
  auditFolder: string;
  keys: KeysChoice;
};

/** A poll under way is waited for, which takes up to 5 s. */
const awsStopMs = 5_500;

/** What the processes of a service have in common where there is a Redis; without one each stands by itself. */
export type Shared = { cache: Cache; fanout: Fanout; counters: Counters };

type Deps = {
  log: Log;
  metrics: Metrics;
  stops: StopSequence;
  /** What the process reports on, and works without for a while. */
  parts: Part[];
};

const adapters = {
  aws: () => import('../aws/index.ts'),
  pgBoss: () => import('./pg-boss.ts'),
  redis: () => import('../redis/index.ts'),
  inProcess: () => import('../embedded/in-process/index.ts'),
};

/** What only services that keep files and keys load. */
const keepers = {
  diskBlobs: () => import('../embedded/disk-blobs.ts'),
  keyFile: () => import('../embedded/key-file.ts'),
  kms: () => import('../aws/kms/index.ts'),
  s3: () => import('../aws/s3/index.ts'),
};

/** Loads all adapters that any service may need, chosen or not: for the compile cache of a process that is to stay small. */
export const loadAdapters = (): Promise<unknown> =>
  Promise.all(Object.values(adapters).map((load) => load()));

export async function openBus(
  choice: BusChoice,
  deps: Pick<Deps, 'log' | 'metrics' | 'stops' | 'parts'>,
): Promise<OpenedBus> {
  const bus = await (choice.kind === 'pg-boss' ? openPgBoss(choice, deps) : openAws(choice, deps));
  deps.parts.push({ name: 'bus', isAway: bus.isAway });
  return bus;
}

type Chosen<Kind> = Extract<BusChoice, { kind: Kind }>;

async function openPgBoss(
  { database }: Chosen<'pg-boss'>,
  deps: Pick<Deps, 'log' | 'metrics' | 'stops'>,
): Promise<OpenedBus> {
  const { openPgBossDatabase } = await adapters.pgBoss();
  return openPgBossDatabase(database, deps);
}

async function openAws(
  { resourcesFile }: Chosen<'sns and sqs'>,
  { log, stops }: Pick<Deps, 'log' | 'stops'>,
): Promise<OpenedBus> {
  const { openAwsBus, readBusResources } = await adapters.aws();
  const bus = openAwsBus({ resources: await readBusResources(resourcesFile), log });
  stops.add('queues', awsStopMs, bus.close);
  return bus;
}

/** Opens what the configuration chose; it waits for nothing. */
export async function openShared(
  redis: RedisConfig | undefined,
  { log, stops, parts }: Deps,
): Promise<Shared> {
  const { inProcessCache, inProcessCounters, inProcessFanout } = await adapters.inProcess();
  if (!redis) return { cache: inProcessCache(), fanout: inProcessFanout(log), counters: inProcessCounters() };
  const { openRedis } = await adapters.redis();
  const { close, ...shared } = openRedis(redis, { log, fallback: inProcessCounters() });
  parts.push({ name: 'redis', isAway: shared.fanout.isAway });
  stops.add('connections to Redis', 100, async () => close());
  return shared;
}

/** Where patients' files lie. Answers without having asked S3, which may be away. */
export async function openBlobs(place: PlaceChoice, { stops }: Pick<Deps, 'stops'>): Promise<BlobStore> {
  if (place.kind === 'disk') return (await keepers.diskBlobs()).openDiskBlobStore(place.folder);
  const { openS3Blobs } = await keepers.s3();
  return openS3Blobs({ client: await s3Client(stops), bucket: place.bucket });
}

/** Small texts under a prefix of a bucket. */
export async function openTexts(
  bucket: string,
  prefix: string,
  { stops }: Pick<Deps, 'stops'>,
): Promise<TextStore> {
  const { openS3Texts } = await keepers.s3();
  return openS3Texts({ client: await s3Client(stops), bucket, prefix });
}

/**
 * Opens the keys of a service, as often as it is tried. Throws `KeysAway` where KMS gives no answer.
 *
 * @returns takes what throws where there must be keys already
 */
export function keysOpener(
  choice: KeysChoice,
  { pool, owner, stops }: { pool: pg.Pool; owner: string; stops: StopSequence },
): (beforeMaking: () => Promise<void>) => Promise<KeyRing & NamedKeys> {
  if (choice.kind === 'file') {
    return async (beforeMaking) => (await keepers.keyFile()).openKeyRingFile(choice.file, { beforeMaking });
  }
  let opened: Promise<Kms> | undefined;
  return async (beforeMaking) => {
    opened ??= openKms(choice.keyId, stops);
    const { openKmsKeyRing } = await keepers.kms();
    return openKmsKeyRing({ pool, kms: await opened, owner }, { beforeMaking });
  };
}

async function openKms(keyId: string, stops: StopSequence): Promise<Kms> {
  const { assertRegion, kmsWith, openKmsClient } = await keepers.kms();
  const client = openKmsClient();
  await assertRegion(client);
  stops.add('connections to KMS', 100, async () => client.destroy());
  return kmsWith(client, keyId);
}

/** Each its own: downloads that take long must not hold up the trail. */
async function s3Client(stops: StopSequence) {
  const { assertRegion, openS3Client } = await keepers.s3();
  const client = openS3Client();
  await assertRegion(client);
  stops.add('connections to S3', 100, async () => client.destroy());
  return client;
}
