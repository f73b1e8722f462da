import { anyShares, createAppointmentService, personalShares } from '@consulta/appointment';
import { createAppointmentCreator } from '@consulta/appointment-creator';
import { revocationCalls, type ServiceName } from '@consulta/contracts';
import { inProcessServices, revocationFeed } from '@consulta/platform/auth';
import { inProcessTransport } from '@consulta/platform/embedded/in-process';
import {
  type Hosted,
  host,
  type PublicEntrance,
  type Service,
  type StopSequence,
  stopSequence,
} from '@consulta/platform/hosting';
import { createServiceClient, type DeployedRoute, type ServiceClient } from '@consulta/platform/http';
import type { Bus } from '@consulta/platform/messaging';
import { createLog, freePort, type Log, type OnStep } from '@consulta/platform/process';
import { createReviewProcessor } from '@consulta/review-processor';
import { createScheduleService, slotsAheadDays, slotsPerHourDefault } from '@consulta/schedule';
import { createUserService, networkLimits } from '@consulta/user';
import type { StandaloneConfig } from './config.ts';
import { type DemoAccount, demoData, keepDemoAccountsAtHome, knownAccounts } from './demo/index.ts';
import { type EmbeddedInfrastructure, embeddedInfrastructure } from './infrastructure.ts';
import { showCertificate } from './metrics.ts';
import { readTls } from './tls.ts';

export type Standalone = {
  url: string;
  /** The public entrances of all replicas, of which `url` is the first. */
  urls: string[];
  internalUrl: string;
  routes: DeployedRoute[];
  /** The accounts made for trying it out; undefined when none were made on this start. */
  demoAccounts: DemoAccount[] | undefined;
  /** The accounts to try it with, made on this start or before, that still have the password everybody knows. */
  accounts: DemoAccount[];
  /** Settles with the reason when a part ended that nothing can mend: the process is of no use any more. */
  lost: Promise<Error>;
  /**
   * Answers what is under way, then stops every part in the order opposite to the start, all within 9 s. Resolves
   * with the parts that did not stop in time or failed to.
   */
  stop: StopSequence['stop'];
};

export type StandaloneParts = {
  /** By default on standard output, as JSON. */
  log?: Log;
  /** Stands between the services and the bus; for tests of late, doubled and reordered deliveries. */
  wrapBus?: (bus: Bus) => Bus;
  /** How often every service runs, on one infrastructure; for tests of what must not be right only because it is one. */
  replicas?: number;
  /** Where the parts register how they are stopped, for who must be able to stop a start that is under way. */
  stops?: StopSequence;
  /** Told of each step of the start, and of deletions, once it is done, and awaited; for tests that end the process there. */
  onStep?: OnStep;
};

/**
 * Starts everything in this process: PostgreSQL beside it, every service and worker, two ports. When a part cannot
 * start, those that did are stopped and the error is thrown.
 */
export async function startStandalone(
  config: StandaloneConfig,
  parts: StandaloneParts = {},
): Promise<Standalone> {
  const https = config.tls && (await readTls(config.tls));
  const log = parts.log ?? createLog(config.logLevel);
  const stops = parts.stops ?? stopSequence(log);
  const onStep: OnStep = async (name) => {
    log.debug({ step: name }, 'a step is done');
    await parts.onStep?.(name);
  };
  try {
    const infrastructure = await embeddedInfrastructure(config, { ...parts, log, stops, onStep });
    const { databases } = infrastructure;
    if (!config.loopback) await keepDemoAccountsAtHome(databases.user, log);
    if (https) showCertificate(infrastructure.metrics, https.cert);
    const hosting = { https, stops, onStep };
    const hosted = await hostAll(config, infrastructure, hosting);
    const urls = [hosted.url];
    while (urls.length < (parts.replicas ?? 1)) {
      const replica = await hostAll({ ...config, port: 0, internalPort: 0 }, infrastructure, hosting);
      replica.ready();
      urls.push(replica.url);
    }
    const demoAccounts = config.demo ? await makeDemoData(config, hosted, infrastructure, onStep) : undefined;
    const accounts = demoAccounts ?? (await knownAccounts(config, databases.user));
    hosted.ready();
    const { url, internalUrl, routes } = hosted;
    return { url, urls, internalUrl, routes, demoAccounts, accounts, lost: databases.lost, stop: stops.stop };
  } catch (error) {
    await stops.stop();
    throw error;
  }
}

type Hosting = { https: PublicEntrance['https']; stops: StopSequence; onStep: OnStep };

/** A service in the same process is never away alone: it answers as late as everything else where there is much to do. */
const patience = { requestMs: 6_000, workMs: 4_000 };

/** All five, which reach one another by this process's internal entrance. */
async function hostAll(
  config: StandaloneConfig,
  infrastructure: EmbeddedInfrastructure,
  { https, stops, onStep }: Hosting,
): Promise<Hosted> {
  const { log, metrics, fanout, counters, databases, lack } = infrastructure;
  const { user, schedule, appointment, bus } = databases;
  const { credentialsOf, verify: verifyService } = inProcessServices();
  const internal = { host: '127.0.0.1', port: config.internalPort || (await freePort()), loopback: true };
  const internalUrl = `http://127.0.0.1:${internal.port}`;
  const clients: ServiceClient[] = [];
  stops.add('internal calls', 100, () => Promise.all(clients.map((client) => client.close())));
  const transport = inProcessTransport();
  const clientOf: ClientOf = (from, to) => {
    const calling = { transport, to, credentials: credentialsOf(from), log };
    const client = createServiceClient({ ...calling, patience });
    clients.push(client);
    return client;
  };
  const appointmentsUser = clientOf('appointment', 'user');
  const read = (since: string) => appointmentsUser.call(revocationCalls.list, { since });
  const revocations = revocationFeed({ read, fanout, log });
  const { host: publicHost, port, loopback, trustsProxy, origins } = config;
  const limits = config.rateLimits ? counters : undefined;
  const keysUrl = `${internalUrl}/.well-known/jwks.json`;
  return host(await allServices(config, infrastructure, { clientOf, revocations, onStep }), {
    ...{ log, metrics, stops, onStep, lack },
    databases: [user, schedule, appointment, bus],
    internal: { ...internal, verifyService },
    onRouted: transport.answerBy,
    public: {
      ...{ host: publicHost, port, loopback, trustsProxy, origins },
      ...{ counters: limits, https, keysUrl, revocations },
    },
  });
}

type ClientOf = (from: ServiceName, to: ServiceName) => ServiceClient;
type Calling = { clientOf: ClientOf; revocations: PublicEntrance['revocations']; onStep: OnStep };

/** In the order in which they start. */
async function allServices(
  config: StandaloneConfig,
  infrastructure: EmbeddedInfrastructure,
  { clientOf, revocations, onStep }: Calling,
): Promise<Service[]> {
  const { databases } = infrastructure;
  const { doctorVerification, rateLimits, registrationLimits, bookingLimits } = config;
  const networks = registrationLimits && (await networkLimits(registrationLimits, infrastructure));
  const shared = { ...infrastructure, onStep };
  return [
    await createUserService({
      ...shared,
      pool: databases.user,
      schedule: clientOf('user', 'schedule'),
      config: { doctorVerification, networks },
    }),
    await createScheduleService({
      ...shared,
      pool: databases.schedule,
      user: clientOf('schedule', 'user'),
      config: { slotsAheadDays, slotsPerHour: rateLimits ? slotsPerHourDefault : undefined },
    }),
    await createAppointmentService({
      ...shared,
      pool: databases.appointment,
      user: clientOf('appointment', 'user'),
      schedule: clientOf('appointment', 'schedule'),
      revocations,
      bookingLimits,
      shares: rateLimits ? personalShares : anyShares,
    }),
    createAppointmentCreator({
      ...shared,
      pool: databases.appointment,
      schedule: clientOf('appointment-creator', 'schedule'),
    }),
    createReviewProcessor({
      ...shared,
      pool: databases.appointment,
      user: clientOf('review-processor', 'user'),
    }),
  ];
}

const makeDemoData = (
  config: StandaloneConfig,
  { app }: Hosted,
  { databases, keyRing }: EmbeddedInfrastructure,
  onStep: OnStep,
) => {
  if (!app) throw new Error('demo data is made through the public entrance');
  const publish = async (token: string, schedule: object) => {
    const headers = { authorization: `Bearer ${token}` };
    const url = '/api/v1/schedules';
    const { statusCode, body } = await app.inject({ method: 'POST', url, headers, payload: schedule });
    return { status: statusCode, body };
  };
  return demoData(config, { userPool: databases.user, keyRing, publish, onStep });
};
