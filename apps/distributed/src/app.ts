import { join } from 'node:path';
import { assertNoKeysNeeded } from '@consulta/appointment';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { makeServiceKeys } from '@consulta/platform/embedded/service-keys';
import type { KeyRing } from '@consulta/platform/encryption';
import { assertCanListen, type StopSequence } from '@consulta/platform/hosting';
import { freePort, type Log, unusablePath } from '@consulta/platform/process';
import {
  type DemoAccount,
  demoData,
  keepDemoAccountsAtHome,
  knownAccounts,
  lockFolder,
  readTls,
} from '@consulta/standalone';
import { assertNoSigningKeysSealed } from '@consulta/user';
import type pg from 'pg';
import type { DistributedConfig } from './config.ts';
import type { Databases } from './engines/databases.ts';
import { startEngines } from './engines/start.ts';
import { startGateway } from './gateway/start.ts';
import { startOverseer } from './overseer.ts';
import { type Kept, keepUp, type Program, stopAll } from './processes/keep-up.ts';
import { processList } from './processes/list.ts';
import { needProgram } from './processes/programs.ts';
import { environmentOf } from './replica-environment.ts';
import { placeReplicas, programOf, type Replica, startReplicas } from './replicas.ts';

export type Distributed = {
  url: string;
  /** The accounts to try it with, made on this start or before, that still have the password everybody knows. */
  accounts: DemoAccount[];
  /** Settles with the reason when a part ended that nothing can mend. */
  lost: Promise<Error>;
};

type Options = {
  log: Log;
  /** Learns how each part is stopped, in the order of the start. */
  stops: StopSequence;
  /** The environment of this process. */
  given: NodeJS.ProcessEnv;
};

/** One that is just stopping takes at most this long. */
const lockWaitMs = 15_000;

/**
 * Starts two replicas of every service, each in a process of its own, with the engines they stand on and one gateway
 * before them. Resolves when all are ready; throws a `WrongSetting` where something on this machine is missing.
 */
export async function startDistributed(config: DistributedConfig, options: Options): Promise<Distributed> {
  const { log, stops, given } = options;
  const haproxy = needProgram('haproxy', 'haproxy');
  const redisServer = needProgram('redis-server', 'redis-server');
  const https = config.tls && (await readTls(config.tls));
  const port = config.port || (await freePort());
  await assertCanListen({ host: config.host, port });
  await takeFolder(config.dataFolder, stops);

  const list = processList(join(config.dataFolder, 'processes.json'));
  const keep = (program: Program) =>
    keepUp(program, { log, onStart: (pid) => list.put(program.name, { pid }) });
  const engines = await startEngines({ dataFolder: config.dataFolder, redisServer, keep, log, stops });
  const keyRing = await prepare(config, engines.databases, log);

  const serviceKeys = join(config.dataFolder, 'service-keys');
  await makeServiceKeys(serviceKeys);

  const replicas = await placeReplicas(config.replicas);
  for (const { name, port, internalPort } of replicas) list.put(name, { port, internalPort });
  const overseer = await startOverseer({ replicas, log });
  stops.add('overseer', 100, overseer.stop);
  const entrance = { port, https, overseerPort: overseer.port, replicas };
  const { gateway, internalPorts } = await startGateway(haproxy, config, entrance, keep);
  stops.add('gateway', 300, () => gateway.stop('SIGTERM', 200));

  const { urls, pools, lost } = engines.databases;
  const around = {
    config,
    given,
    internalPorts,
    serviceKeys,
    databases: urls,
    redisUrl: engines.redisUrl,
    queues: engines.queues,
  };
  const kept: Kept[] = [];
  const stopping = new AbortController();
  stops.add('replicas', 9_900, () => {
    stopping.abort();
    overseer.setOpen(false);
    return stopAll(kept, 9_800);
  });
  const run = (replica: Replica) => {
    kept.push(keep(programOf(replica, environmentOf(replica.service, around))));
  };
  await startReplicas(replicas, run, stopping.signal);
  await overseer.untilAllReady(stopping.signal);
  const accounts = await accountsOf(config, { users: pools.users, keyRing, replicas });
  overseer.setOpen(true);
  return { url: urlOf(config, port), accounts, lost };
}

async function takeFolder(folder: string, stops: StopSequence): Promise<void> {
  const release = await lockFolder(folder, lockWaitMs).catch((error: unknown) => {
    throw unusablePath('DATA_DIR', folder, error);
  });
  stops.add('folder lock', 100, release);
}

/** What must be there before replicas start, since only one process may make it. */
async function prepare(
  { loopback, keysFile }: DistributedConfig,
  { pools: { users, appointments } }: Databases,
  log: Log,
): Promise<KeyRing> {
  if (!loopback) await keepDemoAccountsAtHome(users, log);
  const beforeMaking = async () => {
    await assertNoKeysNeeded(appointments);
    await assertNoSigningKeysSealed(users);
  };
  return openKeyRingFile(keysFile, { beforeMaking }).catch((error: unknown) => {
    throw unusablePath('KEYS_FILE', keysFile, error);
  });
}

/** Makes demo data where they are wanted and missing, by the routes that every doctor uses, and answers the accounts. */
async function accountsOf(
  config: DistributedConfig,
  { users, keyRing, replicas }: { users: pg.Pool; keyRing: KeyRing; replicas: readonly Replica[] },
): Promise<DemoAccount[]> {
  if (!config.demo) return [];
  const port = replicas.find(({ service }) => service === 'schedule')?.port;
  const publish = async (token: string, schedule: object) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/schedules`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(schedule),
    });
    return { status: response.status, body: await response.text() };
  };
  const made = await demoData(config, { userPool: users, keyRing, publish });
  return made ?? knownAccounts(config, users);
}

const urlOf = ({ tls, host }: DistributedConfig, port: number) =>
  `${tls ? 'https' : 'http'}://${host === '127.0.0.1' ? host : 'localhost'}:${port}`;
