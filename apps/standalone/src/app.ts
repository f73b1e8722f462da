import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAppointmentService, openHeadFiles, openRequestsMaxDefault } from '@consulta/appointment';
import { startAppointmentCreator } from '@consulta/appointment-creator';
import type { Revocations } from '@consulta/contracts';
import {
  type Bus,
  createInternalApp,
  createLog,
  createMetrics,
  createPublicApp,
  createServiceClient,
  createTokenVerifier,
  type DeployedRoute,
  followRevocations,
  freePort,
  inProcessCache,
  inProcessFanout,
  openDiskBlobStore,
  openKeyRingFile,
  openPgBossBus,
  remoteKeys,
} from '@consulta/platform';
import { startReviewProcessor } from '@consulta/review-processor';
import { createScheduleService } from '@consulta/schedule';
import { createAdministrator, createUserService, type NewAdministrator } from '@consulta/user';
import type { StandaloneConfig } from './config.ts';
import { openDatabases } from './databases.ts';
import { type DemoAccount, makeDemoData } from './demo/make.ts';
import { documentationRoutes } from './documentation/routes.ts';
import { lockFolder } from './folder-lock.ts';
import { healthRoutes, metricsRoutes } from './operations.ts';

export type Standalone = {
  url: string;
  internalUrl: string;
  routes: DeployedRoute[];
  /** The accounts made for trying it out; undefined when none were made on this start. */
  demoAccounts: DemoAccount[] | undefined;
  /** Answers what is under way, then stops every part in the order opposite to the start. */
  stop: () => Promise<void>;
};

export type StandaloneParts = {
  /** Stands between the services and the bus; for tests of late, doubled and reordered deliveries. */
  wrapBus?: (bus: Bus) => Bus;
};

const slotsAheadDays = 90;
/** One that is just stopping takes at most this long. */
const lockWaitMs = 10_000;

/**
 * Starts everything in this process: PostgreSQL beside it, every service and worker, two ports. When a part cannot
 * start, those that did are stopped and the error is thrown.
 */
export async function startStandalone(
  config: StandaloneConfig,
  parts: StandaloneParts = {},
): Promise<Standalone> {
  const https = config.tls && {
    cert: await readFile(config.tls.certFile),
    key: await readFile(config.tls.keyFile),
  };
  await lockFolder(config.dataFolder, lockWaitMs);
  const stops: Stop[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await startParts(config, parts, https, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Stop = () => unknown;

/** Starts the parts one after another and adds to `stops` how each is stopped. */
async function startParts(
  config: StandaloneConfig,
  parts: StandaloneParts,
  https: { cert: Buffer; key: Buffer } | undefined,
  stops: Stop[],
): Promise<Omit<Standalone, 'stop'>> {
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const databases = await openDatabases(config.dataFolder, log);
  stops.push(databases.stop);
  const queues = await openPgBossBus({ url: databases.busUrl, log });
  stops.push(queues.close);
  const bus = parts.wrapBus?.(queues) ?? queues;
  const cache = inProcessCache();
  const fanout = inProcessFanout();
  const serviceToken = randomBytes(32).toString('base64url');
  const health = { ready: false };

  const internal = createInternalApp({ log, metrics, serviceToken });
  const internalPort = config.internalPort || (await freePort());
  const internalUrl = `http://127.0.0.1:${internalPort}`;
  const client = createServiceClient({ baseUrl: internalUrl, serviceToken });
  stops.push(
    () => internal.close(),
    () => client.close(),
  );
  const shared = { bus, cache, fanout, log };

  const user = await createUserService({
    ...shared,
    pool: databases.user,
    schedule: client,
    config: { doctorVerification: config.doctorVerification },
  });
  stops.push(user.stop);
  const schedule = await createScheduleService({
    ...shared,
    pool: databases.schedule,
    user: client,
    config: { slotsAheadDays },
  });
  stops.push(schedule.stop);
  await internal.register(user.internalRoutes);
  await internal.register(user.wellKnownRoutes);
  await internal.register(schedule.internalRoutes);
  await internal.register(metricsRoutes(metrics));
  await internal.listen({ port: internalPort, host: '127.0.0.1' });

  const revocations = await followRevocations({
    read: (since) =>
      client.call<Revocations>('GET', `/internal/revocations?since=${encodeURIComponent(since)}`),
    fanout,
    log,
  });
  stops.push(revocations.stop);
  const verifyToken = createTokenVerifier({
    keys: remoteKeys(`${internalUrl}/.well-known/jwks.json`),
    revocations,
  });
  const appointment = await createAppointmentService({
    ...shared,
    pool: databases.appointment,
    revocations,
    user: client,
    schedule: client,
    store: await openDiskBlobStore(join(config.dataFolder, 'files')),
    ring: await openKeyRingFile(join(config.dataFolder, 'keys.json')),
    heads: await openHeadFiles(join(config.dataFolder, 'audit')),
    openRequestsMax: config.rateLimits ? openRequestsMaxDefault : undefined,
  });

  stops.push(appointment.stop);

  const app = await createPublicApp({
    log,
    metrics,
    verifyToken,
    rateLimits: config.rateLimits,
    ...(https ? { https } : {}),
  });
  await app.register(healthRoutes(health, databases));
  await app.register(documentationRoutes);
  await app.register(user.wellKnownRoutes);
  for (const routes of [user.publicRoutes, schedule.publicRoutes, appointment.publicRoutes]) {
    await app.register(routes, { prefix: '/api/v1' });
  }
  await app.ready();

  await user.start();
  await schedule.start();
  await appointment.start();
  const creator = startAppointmentCreator({ ...shared, pool: databases.appointment, schedule: client });
  const reviewProcessor = startReviewProcessor({ bus, pool: databases.appointment, user: client });
  stops.push(creator.stop, reviewProcessor.stop);
  const makeAdministrator = (account: NewAdministrator) =>
    createAdministrator({ pool: databases.user }, account);
  const demoAccounts = config.demo
    ? await makeDemoData({ app, userPool: databases.user, makeAdministrator })
    : undefined;
  stops.push(async () => {
    health.ready = false;
    appointment.closeStreams();
    await app.close();
  });
  await app.listen({ port: config.port, host: config.host });
  health.ready = true;

  const { port } = app.server.address() as AddressInfo;
  return {
    url: `${https ? 'https' : 'http'}://localhost:${port}`,
    internalUrl,
    routes: app.routeTable,
    demoAccounts,
  };
}
