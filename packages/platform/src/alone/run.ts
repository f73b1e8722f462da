import type { ServiceName } from '@consulta/contracts/internal/services';
import type pg from 'pg';
import { openServiceKeys, type ServiceKeys } from '../auth/services/open-keys.ts';
import { requestLimits } from '../database/connection.ts';
import { type MigrationSource, migrate, platformMigrations } from '../database/migrate.ts';
import { openPool } from '../database/pool.ts';
import { openPgBossBus } from '../embedded/pg-boss-bus.ts';
import { host } from '../hosting/host.ts';
import type { Service } from '../hosting/service.ts';
import { type StopSequence, stopSequence } from '../hosting/stop-sequence.ts';
import { createServiceClient, type ServiceClient } from '../http/service-client.ts';
import type { Bus } from '../messaging/bus.ts';
import { WrongSetting } from '../process/environment.ts';
import { giveBackMemory } from '../process/give-back-memory.ts';
import type { Log } from '../process/log.ts';
import { createMetrics, type Metrics } from '../process/metrics.ts';
import { openLog } from '../process/open-log.ts';
import { refuseToStart } from '../process/start-fault.ts';
import { type AloneConfig, serviceUrl } from './config.ts';
import type { Outside } from './outside.ts';

/** What a service is made of that is alone in its process. */
export type AloneParts = {
  log: Log;
  metrics: Metrics;
  bus: Bus;
  pool: pg.Pool;
  /** Learns how what is opened beside these is closed. */
  stops: StopSequence;
  /** Calls the service `to`, whose internal entrance is at this URL, which the variable `name` gives. */
  clientOf: (to: ServiceName, url: string | undefined, name: string) => ServiceClient;
};

export type Alone = {
  service: Service;
  /** For a service that people reach. */
  public?: Outside;
};

type Options = { name: ServiceName; connectionsMax: number; migrations?: MigrationSource };

/** A little more than all parts' shares of the time together. */
const stopWithinMs = 9_500;

/**
 * Runs one service in this process until it is told to stop, on PostgreSQL and queues at the addresses given. A worker
 * without migrations of its own works on a database that another service brings up to date.
 */
export async function runAlone(
  config: AloneConfig,
  options: Options,
  make: (parts: AloneParts) => Promise<Alone>,
): Promise<void> {
  const log = await openLog(config.logLevel);
  const stops = stopSequence(log);
  stopOnSignals(stops);
  try {
    const keys = await openServiceKeys(config.serviceKeysFile, options.name, { log });
    stops.add('service keys', 100, keys.stop);
    const parts = await openParts(config, options, { log, stops, keys });
    const { service, public: outside } = await make(parts);
    const hosted = await host([service], {
      ...{ log, metrics: parts.metrics, stops, databases: [parts.pool] },
      internal: { ...config.internal, verifyService: keys.verify },
      public: outside && {
        ...config.public,
        https: undefined,
        counters: config.rateLimits ? outside.counters : undefined,
        revocations: outside.revocations,
        keysUrl: `${outside.userUrl}/.well-known/jwks.json`,
      },
    });
    giveBackMemory();
    hosted.ready();
    console.log(`The ${service.name} is ready at ${hosted.url}`);
  } catch (error) {
    await stops.stop();
    refuseToStart(error);
  }
}

async function openParts(
  config: AloneConfig,
  { connectionsMax, migrations }: Options,
  { log, stops, keys }: { log: Log; stops: StopSequence; keys: ServiceKeys },
): Promise<AloneParts> {
  const open = (url: string, most: number, limits = requestLimits) => {
    const onError = (error: Error) => log.error({ err: error }, 'a database connection broke');
    const pool = openPool({ url, connectionsMax: most, limits, onError });
    stops.add('database connections', 300, () => pool.end());
    return pool;
  };
  const pool = open(config.databaseUrl, connectionsMax);
  if (migrations) await migrate(pool, [platformMigrations, migrations]);
  // The queue's own statements make and tend its tables beside carrying messages.
  const busPool = open(config.busDatabaseUrl, 4, { ...requestLimits, statementMs: 30_000 });
  const bus = await openPgBossBus({ pool: busPool, log, alone: false });
  stops.add('queues', 400, bus.close);
  const clientOf = (to: ServiceName, url: string | undefined, name: string) => {
    if (!url) throw new WrongSetting(`${name} is missing: it accepts ${serviceUrl.accepts}.`);
    const client = createServiceClient({ baseUrl: url, to, credentials: keys.credentials, log });
    stops.add('internal calls', 100, client.close);
    return client;
  };
  return { log, metrics: createMetrics(), bus, pool, stops, clientOf };
}

function stopOnSignals(stops: StopSequence): void {
  let stopping = false;
  const shutDown = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopWithinMs);
    await stops.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void shutDown());
}
