import { join, resolve } from 'node:path';
import type { Place } from '../hosting/options.ts';
import { isLoopback } from '../http/loopback.ts';
import { originsAccepted, originsOf } from '../http/origins.ts';
import { proxiesAccepted, type TrustsProxy, trustedProxies } from '../http/proxies.ts';
import {
  logLevel,
  oneOf,
  optional,
  orInFile,
  port,
  readBy,
  type Settings,
  text,
  withDefault,
} from '../process/environment.ts';
import { type RedisConfig, redisConfigOf, redisVariables } from '../redis/config.ts';

const databaseUrl = text(
  'the address of a PostgreSQL database, as in postgres://user:password@host:5432/name',
);
/** Where another service is. */
export const serviceUrl = text('the address of a service’s internal entrance, as in http://127.0.0.1:8081');

/** What a service alone in its process reads from the environment, beside variables of its own. */
export const aloneVariables = {
  /** The public entrance, where there is one. */
  HOST: withDefault(text('a name or an address of this machine'), 'localhost'),
  PORT: withDefault(port, 8080),
  /** Health, metrics and what other services ask; default `PORT` + 1. */
  INTERNAL_HOST: withDefault(text('a name or an address of this machine'), '127.0.0.1'),
  INTERNAL_PORT: optional(port),
  /** Proxies whose `X-Forwarded-For` counts, and origins that may call from a browser; separated by commas. */
  TRUST_PROXY: optional(readBy(proxiesAccepted, trustedProxies)),
  CORS_ORIGINS: optional(readBy(originsAccepted, originsOf)),
  DATABASE_URL: orInFile({ ...databaseUrl, secret: true }),
  /** Where the queues are kept. */
  BUS_DATABASE_URL: orInFile({ ...databaseUrl, secret: true }),
  ...redisVariables,
  /** The internal entrances of other services. */
  USER_URL: optional(serviceUrl),
  SCHEDULE_URL: optional(serviceUrl),
  /** By which services know one another. */
  SERVICE_KEYS_FILE: text('the file of this service’s keys, as “npm run service-keys” makes it'),
  DATA_DIR: withDefault(text('a folder'), '.data'),
  KEYS_FILE: optional(text('a file')),
  AUDIT_DIR: optional(text('a folder')),
  RATE_LIMITS: withDefault(oneOf('on', 'off'), 'on'),
  LOG_LEVEL: logLevel,
};

export type AloneConfig = {
  public: Place & { trustsProxy: TrustsProxy | undefined; origins: readonly string[] };
  internal: Place;
  serviceKeysFile: string;
  databaseUrl: string;
  busDatabaseUrl: string;
  /** Undefined where each process stands by itself. */
  redis: RedisConfig | undefined;
  userUrl: string | undefined;
  scheduleUrl: string | undefined;
  filesFolder: string;
  keysFile: string;
  auditFolder: string;
  rateLimits: boolean;
  logLevel: string;
};

export function aloneConfigOf(env: Settings<typeof aloneVariables>): AloneConfig {
  const place = (host: string, port: number) => ({ host, port, loopback: isLoopback(host) });
  const trustsProxy = env.TRUST_PROXY;
  return {
    public: {
      ...place(env.HOST, env.PORT),
      // Whom a proxy speaks for is somewhere else.
      ...(trustsProxy ? { loopback: false } : {}),
      trustsProxy,
      origins: env.CORS_ORIGINS ?? [],
    },
    internal: place(env.INTERNAL_HOST, env.INTERNAL_PORT ?? env.PORT + 1),
    serviceKeysFile: resolve(env.SERVICE_KEYS_FILE),
    databaseUrl: env.DATABASE_URL,
    busDatabaseUrl: env.BUS_DATABASE_URL,
    redis: redisConfigOf(env),
    userUrl: env.USER_URL,
    scheduleUrl: env.SCHEDULE_URL,
    filesFolder: resolve(env.DATA_DIR, 'files'),
    keysFile: resolve(env.KEYS_FILE ?? join(env.DATA_DIR, 'keys.json')),
    auditFolder: resolve(env.AUDIT_DIR ?? join(env.DATA_DIR, 'audit')),
    rateLimits: env.RATE_LIMITS === 'on',
    logLevel: env.LOG_LEVEL,
  };
}
