import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeServiceKeys, serviceKeyFileIn } from '@consulta/platform/embedded/service-keys';
import { createTestDatabase, type TestDatabase } from '@consulta/platform/testing';
import { type Api, apiAt } from './api.ts';
import {
  freePorts,
  runCommand,
  type ServiceName,
  type ServicePorts,
  type ServiceProcess,
  serviceNames,
  spawnService,
} from './service-process.ts';

export type DatabaseOwner = 'user' | 'schedule' | 'appointment';
export const databaseOwners = ['user', 'schedule', 'appointment'] as const;

export type AloneSystem = {
  databases: Record<DatabaseOwner | 'bus', TestDatabase>;
  databaseUrlOf: (name: ServiceName) => string;
  /** Of a service's files and keys, unless `start` is told another; ends so that none begins like another. */
  dataFolder: (name: ServiceName) => string;
  internalUrl: (name: ServiceName) => string;
  /** What a service is told, beside its ports. */
  environmentOf: (name: ServiceName) => Record<string, string>;
  /** Starts a service in a process of its own, or starts it again; ready is what it says itself. */
  start: (name: ServiceName, environment?: Record<string, string>) => Promise<ServiceProcess>;
  /** The process of a service that was started last. */
  serviceOf: (name: ServiceName) => ServiceProcess;
  migrate: (name: DatabaseOwner) => Promise<string>;
  /** What one service answers at its public entrance. */
  apiOf: (name: ServiceName) => Api;
  /** All that people reach, as a gateway would show it. */
  api: () => Api;
  stop: () => Promise<void>;
};

/** Services in processes of their own, which find one another by the addresses given; none is started, no table made. */
export async function aloneSystem(): Promise<AloneSystem> {
  const [user, schedule, appointment, bus] = await Promise.all([
    createTestDatabase([]),
    createTestDatabase([]),
    createTestDatabase([]),
    createTestDatabase([]),
  ]);
  const databases = { user, schedule, appointment, bus };
  const databaseUrlOf = (name: ServiceName) =>
    (name === 'user' || name === 'schedule' ? databases[name] : appointment).url;
  const ports = new Map<ServiceName, ServicePorts>();
  for (const name of serviceNames) ports.set(name, await freePorts());
  const internalUrl = (name: ServiceName) => `http://127.0.0.1:${ports.get(name)?.internalPort}`;
  const folder = await mkdtemp(join(tmpdir(), 'consulta-alone-'));
  await makeServiceKeys(folder);
  const dataFolder = (name: ServiceName) => `${join(folder, name)}/`;
  const running = new Map<ServiceName, ServiceProcess>();
  const started: ServiceProcess[] = [];

  const environmentOf = (name: ServiceName) => ({
    DATABASE_URL: databaseUrlOf(name),
    BUS_DATABASE_URL: bus.url,
    USER_URL: internalUrl('user'),
    SCHEDULE_URL: internalUrl('schedule'),
    SERVICE_KEYS_FILE: serviceKeyFileIn(folder, name),
    DATA_DIR: dataFolder(name),
  });
  const start: AloneSystem['start'] = async (name, environment = {}) => {
    const given = { ...environmentOf(name), ...environment };
    const service = spawnService(name, ports.get(name) ?? (await freePorts()), given);
    running.set(name, service);
    started.push(service);
    return service;
  };
  const serviceOf = (name: ServiceName): ServiceProcess => {
    const service = running.get(name);
    if (!service) throw new Error(`the ${name} does not run`);
    return service;
  };
  const apiOf = (name: ServiceName) => apiAt(serviceOf(name).url, serviceOf('user').url);
  return {
    ...{ databases, databaseUrlOf, dataFolder, internalUrl, environmentOf, start, serviceOf, apiOf },
    migrate: (name) => runCommand([`services/${name}/src/migrate.ts`], { DATABASE_URL: databaseUrlOf(name) }),
    api: () => ({
      url: serviceOf('user').url,
      call: (method, path, options) => apiOf(ownerOf(path)).call(method, path, options),
      expect: (status, method, path, options) => apiOf(ownerOf(path)).expect(status, method, path, options),
    }),
    stop: async () => {
      for (const service of started) await service.kill();
      for (const { pool } of [user, schedule, bus]) await pool.end();
      await appointment.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ownerOf(path: string): DatabaseOwner {
  if (/^\/(appointments|files|medical-reports|feedback|events)\b/.test(path)) return 'appointment';
  return /^\/schedules\b|^\/doctors\/[^/]+\/slots\b/.test(path) ? 'schedule' : 'user';
}
