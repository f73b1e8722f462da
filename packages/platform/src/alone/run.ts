import { details } from '@consulta/contracts/details';
import type { ServiceName } from '@consulta/contracts/internal/services';
import type pg from 'pg';
import { openServiceKeys, type ServiceKeys } from '../auth/services/open-keys.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { TextStore } from '../blobs/text-store.ts';
import { assertConnectionsFit } from '../database/connections-fit.ts';
import { isUnavailable } from '../database/failures.ts';
import { type MigrationSource, missingMigrations, platformMigrations } from '../database/migrate.ts';
import { openPool } from '../database/pool.ts';
import { KeyMissing, type KeyRing, KeysAway, type NamedKeys } from '../encryption/key-ring.ts';
import { host } from '../hosting/host.ts';
import { type InternalEntrance, openInternalEntrance } from '../hosting/internal-entrance.ts';
import type { Part } from '../hosting/readiness.ts';
import type { Service } from '../hosting/service.ts';
import { type StopSequence, stopSequence } from '../hosting/stop-sequence.ts';
import type { Bus } from '../messaging/bus.ts';
import { WrongSetting } from '../process/environment.ts';
import { giveBackMemory } from '../process/give-back-memory.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metric-definitions.ts';
import { createMetrics } from '../process/metrics.ts';
import { openLog } from '../process/open-log.ts';
import { refuseToStart } from '../process/start-fault.ts';
import { keysOpener, openBlobs, openBus, openShared, openTexts, type Shared } from './adapters.ts';
import { type CallsServices, callsServices } from './calls.ts';
import type { AloneConfig } from './config.ts';
import type { Outside } from './outside.ts';
import { until } from './until.ts';

/** What a service is made of that is alone in its process. */
export type AloneParts = CallsServices & {
  log: Log;
  metrics: Metrics;
  bus: Bus;
  pool: pg.Pool;
  /** Opens what processes share, for a service that needs it. */
  shared: () => Promise<Shared>;
  /** Opens where files lie, for a service that keeps some. */
  blobs: () => Promise<BlobStore>;
  /** Opens the service's keys; `beforeMaking` throws where there must be some already. */
  keyRing: (beforeMaking: () => Promise<void>) => Promise<KeyRing & NamedKeys>;
  /** Opens the bucket of the trail's heads; undefined where they lie in a folder. */
  headTexts: () => Promise<TextStore | undefined>;
  /** This process's own internal entrance. */
  internalUrl: string;
};

export type Alone = {
  service: Service;
  /** For a service that people reach. */
  public?: Outside;
};

type Options = {
  name: ServiceName;
  /** To its database, all pools together, unless `DATABASE_CONNECTIONS` says otherwise. */
  connectionsMax: number;
  /** What its database must have; who runs `npm run migrate` brings it. */
  migrations: MigrationSource;
};

/** A little more than all parts' shares of the time together. */
const stopWithinMs = 9_500;
/** What other services still ask at the very end: a claim of a thousand slots takes less. */
const graceMs = 1_000;
/** A gateway asks about once a second whether it is ready. */
const lingerMs = 2_000;

/**
 * Runs one service in this process until it is told to stop. From the first moment its internal entrance tells what it
 * waits for: its database, the migrations, the keys that open what is encrypted there, the list of ended sessions.
 *
 * @param make is repeated for as long as it fails for what may pass
 */
export async function runAlone(
  config: AloneConfig,
  options: Options,
  make: (parts: AloneParts) => Promise<Alone>,
): Promise<void> {
  const log = await openLog(config.logLevel);
  const stops = stopSequence(log);
  const isStopping = stopOnSignals(stops, log);
  try {
    await start(config, options, make, { log, metrics: createMetrics(), stops });
  } catch (error) {
    if (isStopping()) return;
    await stops.stop();
    refuseToStart(error);
  }
}

type Base = { log: Log; metrics: Metrics; stops: StopSequence };

async function start(
  config: AloneConfig,
  options: Options,
  make: (parts: AloneParts) => Promise<Alone>,
  base: Base,
): Promise<void> {
  const { log } = base;
  const inside = await openInternalEntrance({ ...base, internal: config.internal, graceMs });
  const keys = await openServiceKeys(config.serviceKeysFile, options.name, { log });
  base.stops.add('service keys', 100, keys.stop);
  const reported: Part[] = [];
  const parts = await openParts(config, options, { ...base, inside, keys, parts: reported });
  const { service, public: outside } = await until(keysReason, () => make(parts), { ...inside, log });
  const hosted = await host([service], {
    ...{ ...base, inside, databases: [parts.pool], parts: reported, lingerMs },
    internal: { ...config.internal, verifyService: keys.verify },
    public: outside && {
      ...config.public,
      https: undefined,
      // One service describes the whole, where a gateway sends those who ask for it.
      documentation: options.name === 'user' ? 'all' : 'elsewhere',
      counters: config.rateLimits ? outside.counters : undefined,
      revocations: outside.revocations,
      keysUrl: `${outside.userUrl}/.well-known/jwks.json`,
    },
  });
  giveBackMemory();
  hosted.ready();
  console.log(`The ${service.name} is ready at ${hosted.url}`);
}

/** Whose database each service works on. */
const databaseOf: Record<ServiceName, string> = {
  user: 'users',
  schedule: 'schedules',
  appointment: 'appointments',
  'appointment-creator': 'appointments',
  'review-processor': 'appointments',
};

async function openParts(
  config: AloneConfig,
  { name, connectionsMax, migrations }: Options,
  deps: Base & { inside: InternalEntrance; keys: ServiceKeys; parts: Part[] },
): Promise<AloneParts> {
  const { log, metrics, stops, inside, keys } = deps;
  const waiting = { readiness: inside.readiness, log };
  const onError = (error: Error) => log.error({ err: error }, 'a database connection broke');
  const { own = connectionsMax, all } = config.connections;
  const pool = openPool({ ...config.database, name: databaseOf[name], connectionsMax: own, onError });
  stops.add('database connections', 300, () => pool.end());
  await until(databaseReason, () => assertConnectionsFit(pool, own, all), waiting);
  await until(databaseReason, () => assertMigrated(pool, migrations), waiting);
  const bus = await until(
    () => details.queuesSilent,
    () => openBus(config.bus, deps),
    waiting,
  );
  // What makes a service may be repeated, and opens nothing twice.
  const shared = once(() => openShared(config.redis, deps));
  const { files, auditBucket } = config.keepers;
  const blobs = once(() => openBlobs(files, deps));
  const headTexts = once(async () =>
    auditBucket === undefined ? undefined : openTexts(auditBucket, 'audit-heads/', deps),
  );
  const keyRing = keysOpener(config.keepers.keys, { pool, owner: name, stops });
  const calls = callsServices({ log, stops, keys, parts: deps.parts });
  return { log, metrics, bus, pool, internalUrl: inside.url, shared, blobs, keyRing, headTexts, ...calls };
}

function once<Opened>(open: () => Promise<Opened>): () => Promise<Opened> {
  let opened: Promise<Opened> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

class MigrationsMissing extends Error {
  constructor(files: string[]) {
    super(`the database lacks ${files.join(', ')}`);
    this.name = 'MigrationsMissing';
  }
}

async function assertMigrated(pool: pg.Pool, migrations: MigrationSource): Promise<void> {
  const missing = await missingMigrations(pool, [platformMigrations, migrations]);
  if (missing.length > 0) throw new MigrationsMissing(missing);
}

function databaseReason(error?: unknown) {
  if (error instanceof WrongSetting) return undefined;
  return error instanceof MigrationsMissing ? details.migrationsMissing : details.databaseSilent;
}

function keysReason(error?: unknown) {
  if (error === undefined) return details.starting;
  if (error instanceof KeyMissing) return details.keysMissing;
  if (error instanceof KeysAway) return details.keysSilent;
  return isUnavailable(error) ? details.databaseSilent : undefined;
}

/** Answers whether it stops already. */
function stopOnSignals(stops: StopSequence, log: Log): () => boolean {
  let stopping = false;
  const shutDown = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopWithinMs);
    await stops.stop();
    process.exit(exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void shutDown(0));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error nobody expected; the process stops');
    if (!stopping) console.error(error);
    void shutDown(1);
  });
  return () => stopping;
}
