import { serviceKeyFileIn } from '@consulta/platform/embedded/service-keys';
import type { DistributedConfig } from './config.ts';
import type { Databases } from './engines/databases.ts';
import type { Queues } from './engines/fauxqs.ts';
import { connectionsOfAll, type ServiceName, services } from './replicas.ts';

/** What all replicas are told of. */
export type Surroundings = {
  config: DistributedConfig;
  /** What this process was given: limits and the like are handed on as they are. */
  given: NodeJS.ProcessEnv;
  databases: Databases['urls'];
  redisUrl: string;
  queues: Queues;
  /** Where each service's keys lie, by which services know one another. */
  serviceKeys: string;
  /** Where the services that others call are reached. */
  internalPorts: { user: number; schedule: number };
};

const databaseOf = {
  user: 'users',
  schedule: 'schedules',
  appointment: 'appointments',
  'appointment-creator': 'appointments',
  'review-processor': 'appointments',
} as const satisfies Record<ServiceName, keyof Databases['urls']>;

/** Meant for the whole: the gateway's own, or decided here for all replicas. */
const notHandedOn = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'DEMO'];

/** What each replica of a service finds in its environment, beside its ports. */
export function environmentOf(service: ServiceName, around: Surroundings): NodeJS.ProcessEnv {
  const { config, given, databases, redisUrl, queues, serviceKeys, internalPorts } = around;
  const handedOn = Object.entries(given).filter(([name]) => !notHandedOn.includes(name));
  return {
    ...Object.fromEntries(handedOn),
    DATABASE_URL: databases[databaseOf[service]],
    DATABASE_CONNECTIONS: String(services.find(({ name }) => name === service)?.connections),
    DATABASE_CONNECTIONS_ALL: String(connectionsOfAll(config.replicas)),
    ...queues,
    REDIS_URL: redisUrl,
    USER_URL: `http://127.0.0.1:${internalPorts.user}`,
    SCHEDULE_URL: `http://127.0.0.1:${internalPorts.schedule}`,
    SERVICE_KEYS_FILE: serviceKeyFileIn(serviceKeys, service),
    DATA_DIR: config.dataFolder,
    KEYS_FILE: config.keysFile,
    AUDIT_DIR: config.auditFolder,
    // The gateway says where a request comes from, and repeats what proxies before it said.
    TRUST_PROXY: ['127.0.0.1', ...config.trustedProxies].join(','),
    RATE_LIMITS: config.rateLimits ? 'on' : 'off',
    DOCTOR_VERIFICATION: config.doctorVerification,
  };
}
