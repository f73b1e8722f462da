import { join, resolve } from 'node:path';
import { type BookingLimits, bookingLimitsOf, bookingVariables } from '@consulta/appointment';
import { isLoopback, originsOf, type TrustsProxy, trustedProxies } from '@consulta/platform/http';
import { Port, readEnvironment } from '@consulta/platform/process';
import { type RegistrationLimits, registrationLimitsOf, registrationVariables } from '@consulta/user';
import { Type } from 'typebox';

const Environment = Type.Object({
  PORT: Type.Optional(Port),
  INTERNAL_PORT: Type.Optional(Port),
  HOST: Type.Optional(Type.String()),
  DATA_DIR: Type.String({ default: '.data' }),
  KEYS_FILE: Type.Optional(Type.String()),
  AUDIT_DIR: Type.Optional(Type.String()),
  DEMO: Type.Optional(Type.Union([Type.Literal('0'), Type.Literal('1')])),
  RATE_LIMITS: Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'on' }),
  ...bookingVariables,
  ...registrationVariables,
  DOCTOR_VERIFICATION: Type.Optional(Type.Union([Type.Literal('manual'), Type.Literal('auto')])),
  TLS_CERT_FILE: Type.Optional(Type.String()),
  TLS_KEY_FILE: Type.Optional(Type.String()),
  TRUST_PROXY: Type.Optional(Type.String()),
  CORS_ORIGINS: Type.Optional(Type.String()),
  LOG_LEVEL: Type.String({ default: 'info' }),
});

export type StandaloneConfig = {
  port: number;
  internalPort: number;
  /** Where the public entrance listens: this machine alone unless there is TLS or HOST says otherwise. */
  host: string;
  /** Whether the public entrance is for this machine alone. Only then are convenient defaults safe. */
  loopback: boolean;
  /** Which peers are proxies that say truly whom they speak for; undefined where there are none. */
  trustsProxy: TrustsProxy | undefined;
  /** Origins whose pages may call from a browser. */
  origins: readonly string[];
  dataFolder: string;
  /** The encryption keys and the trail's, away from the data where somebody else keeps that. */
  keysFile: string;
  /** Where the trail's heads are recorded. */
  auditFolder: string;
  /** Whether an empty start makes accounts to try it with; unless it is for this machine alone, only when asked for. */
  demo: boolean;
  rateLimits: boolean;
  /** What holds bots back; undefined where limits are lifted. */
  bookingLimits: BookingLimits | undefined;
  registrationLimits: RegistrationLimits | undefined;
  /** `auto`: every doctor counts as verified; unless it is for this machine alone, only when asked for. */
  doctorVerification: 'manual' | 'auto';
  tls: { certFile: string; keyFile: string } | undefined;
  logLevel: string;
};

/** Reads the configuration from the environment. Throws where it is not valid. */
export function readConfig(environment: NodeJS.ProcessEnv): StandaloneConfig {
  const env = readEnvironment(Environment, environment);
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Error('TLS_CERT_FILE and TLS_KEY_FILE go together');
  }
  const port = env.PORT ?? 8080;
  const rateLimits = env.RATE_LIMITS === 'on';
  const tls = certFile && keyFile ? { certFile, keyFile } : undefined;
  const host = env.HOST ?? (tls ? '::' : 'localhost');
  const trustsProxy = trustedProxies(env.TRUST_PROXY);
  // Whom a proxy speaks for is somewhere else.
  const loopback = !tls && !trustsProxy && isLoopback(host);
  return {
    port,
    internalPort: env.INTERNAL_PORT ?? (port === 0 ? 0 : port + 1),
    host,
    loopback,
    trustsProxy,
    origins: originsOf(env.CORS_ORIGINS),
    dataFolder: resolve(env.DATA_DIR),
    keysFile: resolve(env.KEYS_FILE ?? join(env.DATA_DIR, 'keys.json')),
    auditFolder: resolve(env.AUDIT_DIR ?? join(env.DATA_DIR, 'audit')),
    demo: env.DEMO ? env.DEMO === '1' : loopback,
    rateLimits,
    bookingLimits: rateLimits ? bookingLimitsOf(env) : undefined,
    registrationLimits: rateLimits ? registrationLimitsOf(env) : undefined,
    doctorVerification: env.DOCTOR_VERIFICATION ?? (loopback ? 'auto' : 'manual'),
    tls,
    logLevel: env.LOG_LEVEL,
  };
}
