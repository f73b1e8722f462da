import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import type { InternalEntrance, Place } from '../../hosting/options.ts';
import { originsOf } from '../../http/cors.ts';
import { isLoopback } from '../../http/loopback.ts';
import { type TrustsProxy, trustedProxies } from '../../http/proxies.ts';
import { Port } from '../../process/environment.ts';

/** What a service alone in its process reads from the environment, beside variables of its own. */
export const aloneVariables = {
  /** The public entrance, where there is one. */
  HOST: Type.String({ default: 'localhost' }),
  PORT: Type.Integer({ ...Port, default: 8080 }),
  /** Health, metrics and what other services ask; default `PORT` + 1. */
  INTERNAL_HOST: Type.String({ default: '127.0.0.1' }),
  INTERNAL_PORT: Type.Optional(Port),
  /** Proxies whose `X-Forwarded-For` counts, and origins that may call from a browser; separated by commas. */
  TRUST_PROXY: Type.Optional(Type.String()),
  CORS_ORIGINS: Type.Optional(Type.String()),
  DATABASE_URL: Type.String({ minLength: 1 }),
  /** Where the queues are kept. */
  BUS_DATABASE_URL: Type.String({ minLength: 1 }),
  /** The internal entrances of other services. */
  USER_URL: Type.Optional(Type.String({ minLength: 1 })),
  SCHEDULE_URL: Type.Optional(Type.String({ minLength: 1 })),
  /** By which services know one another; or the file that holds it. */
  SERVICE_TOKEN: Type.Optional(Type.String({ minLength: 16 })),
  SERVICE_TOKEN_FILE: Type.Optional(Type.String({ minLength: 1 })),
  DATA_DIR: Type.String({ default: '.data' }),
  KEYS_FILE: Type.Optional(Type.String()),
  AUDIT_DIR: Type.Optional(Type.String()),
  RATE_LIMITS: Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'on' }),
  LOG_LEVEL: Type.String({ default: 'info' }),
};

const Variables = Type.Object(aloneVariables);

export type AloneConfig = {
  public: Place & { trustsProxy: TrustsProxy | undefined; origins: readonly string[] };
  internal: InternalEntrance;
  databaseUrl: string;
  busDatabaseUrl: string;
  userUrl: string | undefined;
  scheduleUrl: string | undefined;
  filesFolder: string;
  keysFile: string;
  auditFolder: string;
  rateLimits: boolean;
  logLevel: string;
};

/** Throws where the service token is missing or given twice. */
export function aloneConfigOf(env: Static<typeof Variables>): AloneConfig {
  const place = (host: string, port: number) => ({ host, port, loopback: isLoopback(host) });
  const trustsProxy = trustedProxies(env.TRUST_PROXY);
  return {
    public: {
      ...place(env.HOST, env.PORT),
      // Whom a proxy speaks for is somewhere else.
      ...(trustsProxy ? { loopback: false } : {}),
      trustsProxy,
      origins: originsOf(env.CORS_ORIGINS),
    },
    internal: {
      ...place(env.INTERNAL_HOST, env.INTERNAL_PORT ?? env.PORT + 1),
      serviceToken: serviceTokenOf(env),
    },
    databaseUrl: env.DATABASE_URL,
    busDatabaseUrl: env.BUS_DATABASE_URL,
    userUrl: env.USER_URL,
    scheduleUrl: env.SCHEDULE_URL,
    filesFolder: resolve(env.DATA_DIR, 'files'),
    keysFile: resolve(env.KEYS_FILE ?? join(env.DATA_DIR, 'keys.json')),
    auditFolder: resolve(env.AUDIT_DIR ?? join(env.DATA_DIR, 'audit')),
    rateLimits: env.RATE_LIMITS === 'on',
    logLevel: env.LOG_LEVEL,
  };
}

function serviceTokenOf({
  SERVICE_TOKEN: token,
  SERVICE_TOKEN_FILE: file,
}: Static<typeof Variables>): string {
  if ((token === undefined) === (file === undefined)) {
    throw new Error('The environment needs either SERVICE_TOKEN or SERVICE_TOKEN_FILE');
  }
  const given = token ?? readFileSync(file ?? '', 'utf8').trim();
  if (given.length < 16) throw new Error('The service token is shorter than 16 characters');
  return given;
}
