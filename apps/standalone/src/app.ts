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

/** Starts everything in this process: PostgreSQL beside it, every service and worker, two ports. */
export async function startStandalone(
  config: StandaloneConfig,
  parts: StandaloneParts = {},
): Promise<Standalone> {
  const log = createLog(config.logLevel);
  await lockFolder(config.dataFolder, lockWaitMs);
  const metrics = createMetrics();
  const databases = await openDatabases(config.dataFolder, log);
  const queues = await openPgBossBus({ url: databases.busUrl, log });
  const bus = parts.wrapBus?.(queues) ?? queues;
  const cache = inProcessCache();
  const fanout = inProcessFanout();
  const serviceToken = randomBytes(32).toString('base64url');
  const health = { ready: false };

  const internal = createInternalApp({ log, metrics, serviceToken });
  const internalPort = config.internalPort || (await freePort());
  const internalUrl = `http://127.0.0.1:${internalPort}`;
  const client = createServiceClient({ baseUrl: internalUrl, serviceToken });
  const shared = { bus, cache, fanout, log };

  const user = await createUserService({
    ...shared,
    pool: databases.user,
    schedule: client,
    config: { doctorVerification: config.doctorVerification },
  });
  const schedule = await createScheduleService({
    ...shared,
    pool: databases.schedule,
    user: client,
    config: { slotsAheadDays },
  });
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

  const https = config.tls && {
    cert: await readFile(config.tls.certFile),
    key: await readFile(config.tls.keyFile),
  };
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
  const makeAdministrator = (account: NewAdministrator) =>
    createAdministrator({ pool: databases.user }, account);
  const demoAccounts = config.demo
    ? await makeDemoData({ app, userPool: databases.user, makeAdministrator })
    : undefined;
  await app.listen({ port: config.port, host: config.host });
  health.ready = true;

  const stop = async () => {
    health.ready = false;
    appointment.closeStreams();
    await app.close();
    await creator.stop();
    await reviewProcessor.stop();
    await appointment.stop();
    await schedule.stop();
    await user.stop();
    await revocations.stop();
    await queues.close();
    await client.close();
    await internal.close();
    await databases.stop();
  };
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `${https ? 'https' : 'http'}://localhost:${port}`,
    internalUrl,
    routes: app.routeTable,
    demoAccounts,
    stop,
  };
}
