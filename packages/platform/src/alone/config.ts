import { resolve } from 'node:path';
import type { DatabasePlace } from '../database/pool.ts';
import type { Place } from '../hosting/place.ts';
import { isLoopback } from '../http/loopback.ts';
import { originsAccepted, originsOf } from '../http/origins.ts';
import { proxiesAccepted, type TrustsProxy, trustedProxies } from '../http/proxies.ts';
import {
  logLevel,
  oneOf,
  optional,
  port,
  readBy,
  type Settings,
  text,
  WrongSetting,
  wholeNumber,
  withDefault,
} from '../process/environment.ts';
import { type RedisConfig, redisConfigOf, redisVariables } from '../redis/config.ts';
import type { BusChoice, KeeperChoice } from './adapters.ts';
import { busOf, busVariables } from './bus.ts';
import { databaseAt, databasePassword, databaseUrl } from './database.ts';
import { keeperOf, keeperVariables } from './keepers.ts';

/** Where another service is. */
const serviceUrl = text('the address of a service’s internal entrance, as in http://127.0.0.1:8081');

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
  /** The service's own database. Of every secret `NAME_FILE` may name a file that holds it. */
  DATABASE_URL: databaseUrl,
  DATABASE_PASSWORD: databasePassword,
  /** How many connections this process may have to it, and all processes together to its server. */
  DATABASE_CONNECTIONS: optional(wholeNumber(2, 10_000)),
  DATABASE_CONNECTIONS_ALL: optional(wholeNumber(2, 100_000)),
  ...busVariables,
  ...redisVariables,
  /** The internal entrances of other services. */
  USER_URL: optional(serviceUrl),
  SCHEDULE_URL: optional(serviceUrl),
  /** By which services know one another. */
  SERVICE_KEYS_FILE: text('the file of this service’s keys, as “npm run service-keys” makes it'),
  ...keeperVariables,
  RATE_LIMITS: withDefault(oneOf('on', 'off'), 'on'),
  LOG_LEVEL: logLevel,
};

export type AloneConfig = {
  public: Place & { trustsProxy: TrustsProxy | undefined; origins: readonly string[] };
  internal: Place;
  serviceKeysFile: string;
  database: DatabasePlace;
  connections: { own: number | undefined; all: number | undefined };
  bus: BusChoice;
  /** Undefined where each process stands by itself. */
  redis: RedisConfig | undefined;
  userUrl: string | undefined;
  scheduleUrl: string | undefined;
  keepers: KeeperChoice;
  rateLimits: boolean;
  logLevel: string;
};

/** Throws a {@link WrongSetting} where no adapter was chosen for what needs one. */
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
    database: databaseAt(env.DATABASE_URL, env.DATABASE_PASSWORD, env),
    connections: { own: env.DATABASE_CONNECTIONS, all: env.DATABASE_CONNECTIONS_ALL },
    bus: busOf(env),
    redis: redisConfigOf(env),
    userUrl: env.USER_URL,
    scheduleUrl: env.SCHEDULE_URL,
    keepers: keeperOf(env),
    rateLimits: env.RATE_LIMITS === 'on',
    logLevel: env.LOG_LEVEL,
  };
}

/** The address of a service that this one calls. Throws a {@link WrongSetting} where it was not given. */
export function neededUrl(url: string | undefined, name: string): string {
  if (!url) throw new WrongSetting(`${name} is missing: it accepts ${serviceUrl.accepts}.`);
  return url;
}
