import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  anyShares,
  assertNoKeysNeeded,
  createAppointmentService,
  openHeadFiles,
  personalShares,
  trailKeyIn,
} from '@consulta/appointment';
import { startAppointmentCreator } from '@consulta/appointment-creator';
import { revocationCalls } from '@consulta/contracts';
import { createTokenVerifier, followRevocations, remoteKeys } from '@consulta/platform/auth';
import {
  type OnStep,
  openDiskBlobStore,
  openKeyRingFile,
  openPgBossBus,
  watchDiskSpace,
} from '@consulta/platform/embedded';
import { inProcessCache, inProcessCounters, inProcessFanout } from '@consulta/platform/embedded/in-process';
import {
  closingOf,
  createInternalApp,
  createPublicApp,
  createServiceClient,
  type DeployedRoute,
  healthRoutes,
  metricsRoutes,
} from '@consulta/platform/http';
import type { Bus } from '@consulta/platform/messaging';
import { documentationRoutes } from '@consulta/platform/openapi/pages';
import { createLog, createMetrics, freePort, type Log, refusalReporter } from '@consulta/platform/process';
import { startReviewProcessor } from '@consulta/review-processor';
import { createScheduleService, slotsPerHourDefault } from '@consulta/schedule';
import { createAdministrator, createUserService, type NewAdministrator } from '@consulta/user';
import type pg from 'pg';
import type { StandaloneConfig } from './config.ts';
import { openDatabases } from './databases.ts';
import { type DemoAccount, makeDemoData } from './demo/make.ts';
import { demoPasswords, withdrawPublicPassword } from './demo/passwords.ts';
import { lockFolder } from './folder-lock.ts';
import { type StopSequence, stopSequence } from './stop-sequence.ts';

export type Standalone = {
  url: string;
  internalUrl: string;
  routes: DeployedRoute[];
  /** The accounts made for trying it out; undefined when none were made on this start. */
  demoAccounts: DemoAccount[] | undefined;
  /** Settles with the reason when a part ended that nothing can mend: the process is of no use any more. */
  lost: Promise<Error>;
  /**
   * Answers what is under way, then stops every part in the order opposite to the start, all within 9 s. Resolves
   * with the parts that did not stop in time or failed to.
   */
  stop: StopSequence['stop'];
};

export type StandaloneParts = {
  /** Stands between the services and the bus; for tests of late, doubled and reordered deliveries. */
  wrapBus?: (bus: Bus) => Bus;
  /** Where the parts register how they are stopped, for who must be able to stop a start that is under way. */
  stops?: StopSequence;
  /** Told of each step of the start once it is done, and awaited; for tests that end the process there. */
  onStep?: OnStep;
};

const slotsAheadDays = 90;
const registrationRefusals = {
  name: 'consulta_registration_refusals_total',
  help: 'Accounts refused because their network made as many as it may',
  message: 'accounts are refused: one network makes as many as it may',
};
/** One that is just stopping takes at most this long. */
const lockWaitMs = 10_000;
/** What is under way when stopping begins is answered within this time or cut off. */
const drainMs = 3_000;

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
  const log = createLog(config.logLevel);
  const stops = parts.stops ?? stopSequence(log);
  try {
    return { ...(await startParts(config, parts, https, { log, stops })), stop: stops.stop };
  } catch (error) {
    await stops.stop();
    throw error;
  }
}

/** Starts the parts one after another; each is registered for stopping before the next one starts. */
async function startParts(
  config: StandaloneConfig,
  parts: StandaloneParts,
  https: { cert: Buffer; key: Buffer } | undefined,
  { log, stops }: { log: Log; stops: StopSequence },
): Promise<Omit<Standalone, 'stop'>> {
  const step: OnStep = async (name) => {
    log.debug({ step: name }, 'a step of the start is done');
    await parts.onStep?.(name);
  };
  stops.add('folder lock', 100, await lockFolder(config.dataFolder, lockWaitMs));
  await step('folder locked');
  const metrics = createMetrics();
  const space = await watchDiskSpace({ folder: config.dataFolder, log });
  stops.add('watch on the disk', 100, space.stop);
  const databases = await openDatabases({ dataFolder: config.dataFolder, log, stops, onStep: step });
  if (!config.loopback) await keepDemoAccountsAtHome(databases.user, log);
  const queues = await openPgBossBus({ pool: databases.bus, log });
  stops.add('queues', 400, queues.close);
  await step('queues opened');
  const bus = parts.wrapBus?.(queues) ?? queues;
  const cache = inProcessCache();
  const fanout = inProcessFanout(log);
  const serviceToken = randomBytes(32).toString('base64url');
  const health = { ready: false };

  const internal = createInternalApp({ log, metrics, serviceToken, loopback: true });
  const internalPort = config.internalPort || (await freePort());
  const internalUrl = `http://127.0.0.1:${internalPort}`;
  const client = createServiceClient({ baseUrl: internalUrl, serviceToken });
  const closeInternal = closingOf(internal);
  stops.add('internal entrance', 200, () => closeInternal(100));
  stops.add('internal calls', 100, client.close);
  const shared = { bus, cache, fanout, log };

  const store = await openDiskBlobStore(join(config.dataFolder, 'files'));
  await step('folder of files made');
  const ring = await openKeyRingFile(config.keysFile, {
    beforeMaking: () => assertNoKeysNeeded(databases.appointment),
  });
  await step('key file made');
  const heads = await openHeadFiles(config.auditFolder);
  await step('folder of audit heads made');
  const user = await createUserService({
    ...shared,
    pool: databases.user,
    schedule: client,
    config: {
      doctorVerification: config.doctorVerification,
      networks: config.botLimits && {
        ...config.botLimits.networks,
        key: (await ring.makeNamedKey('registration networks', '')).key,
        onRefused: refusalReporter({ log, metrics }, registrationRefusals),
      },
    },
  });
  stops.add('user service', 300, user.stop);
  const schedule = await createScheduleService({
    ...shared,
    pool: databases.schedule,
    user: client,
    config: { slotsAheadDays, slotsPerHour: config.rateLimits ? slotsPerHourDefault : undefined },
  });
  stops.add('schedule service', 300, schedule.stop);
  await internal.register(user.internalRoutes);
  await internal.register(user.wellKnownRoutes);
  await internal.register(schedule.internalRoutes);
  await internal.register(metricsRoutes(metrics));
  await internal.listen({ port: internalPort, host: '127.0.0.1' });
  await step('internal entrance open');

  const revocations = await followRevocations({
    read: (since) => client.call(revocationCalls.list, { since }),
    fanout,
    log,
  });
  stops.add('revocations', 100, revocations.stop);
  const verifyToken = createTokenVerifier({
    keys: remoteKeys(`${internalUrl}/.well-known/jwks.json`),
    revocations,
  });
  const appointment = await createAppointmentService({
    ...shared,
    metrics,
    pool: databases.appointment,
    revocations,
    user: client,
    schedule: client,
    store,
    ring,
    heads,
    trailKeys: trailKeyIn(ring),
    bookingLimits: config.botLimits?.booking,
    shares: config.rateLimits ? personalShares : anyShares,
  });
  stops.add('appointment service', 400, appointment.stop);

  const app = await createPublicApp({
    log,
    metrics,
    verifyToken,
    counters: config.rateLimits ? inProcessCounters() : undefined,
    loopback: config.loopback,
    ...(https ? { https } : {}),
  });
  await app.register(
    healthRoutes({
      health,
      databases: [databases.user, databases.schedule, databases.appointment, databases.bus],
      lack: space.lack,
    }),
  );
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
  stops.add('appointment creator', 300, creator.stop);
  stops.add('review processor', 200, reviewProcessor.stop);
  const closePublic = closingOf(app);
  stops.add('public entrance', drainMs + 200, () => {
    health.ready = false;
    appointment.closeStreams();
    return closePublic(drainMs);
  });
  await app.listen({ port: config.port, host: config.host });
  await step('public entrance open');
  const makeAdministrator = (account: NewAdministrator) =>
    createAdministrator({ pool: databases.user }, account);
  const demoAccounts = config.demo
    ? await makeDemoData({
        app,
        userPool: databases.user,
        passwords: demoPasswords(config.loopback),
        makeAdministrator,
        unfinishedFile: join(config.dataFolder, 'demo-data-unfinished'),
        onStep: step,
      })
    : undefined;
  health.ready = true;

  const { port } = app.server.address() as AddressInfo;
  return {
    url: `${https ? 'https' : 'http'}://localhost:${port}`,
    internalUrl,
    routes: app.routeTable,
    demoAccounts,
    lost: databases.lost,
  };
}

/** Before anybody can get in, and before revoked sessions are read for the first time. */
async function keepDemoAccountsAtHome(users: pg.Pool, log: Log): Promise<void> {
  const accounts = await withdrawPublicPassword(users);
  if (accounts > 0) log.warn({ accounts }, 'demo accounts lost their public password: others can get in now');
}
