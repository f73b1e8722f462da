import { join, resolve } from 'node:path';
import { type BookingLimits, bookingLimitsOf, bookingVariables } from '@consulta/appointment';
import {
  isLoopback,
  originsAccepted,
  originsOf,
  proxiesAccepted,
  type TrustsProxy,
  trustedProxies,
} from '@consulta/platform/http';
import {
  logLevel,
  oneOf,
  optional,
  port,
  readBy,
  readEnvironment,
  text,
  WrongSetting,
  withDefault,
} from '@consulta/platform/process';
import { type RegistrationLimits, registrationLimitsOf, registrationVariables } from '@consulta/user';

/** All that the environment can set. */
export const standaloneVariables = {
  PORT: withDefault(port, 8080),
  INTERNAL_PORT: optional(port),
  HOST: optional(text('a name or an address of this machine')),
  DATA_DIR: withDefault(text('a folder'), '.data'),
  KEYS_FILE: optional(text('a file')),
  AUDIT_DIR: optional(text('a folder')),
  DEMO: optional(oneOf('0', '1')),
  RATE_LIMITS: withDefault(oneOf('on', 'off'), 'on'),
  ...bookingVariables,
  ...registrationVariables,
  DOCTOR_VERIFICATION: optional(oneOf('manual', 'auto')),
  TLS_CERT_FILE: optional(text('a file with a certificate in PEM')),
  TLS_KEY_FILE: optional(text('a file with a private key in PEM')),
  TRUST_PROXY: optional(readBy(proxiesAccepted, trustedProxies)),
  CORS_ORIGINS: optional(readBy(originsAccepted, originsOf)),
  LOG_LEVEL: logLevel,
};

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

/** Reads the configuration from the environment. Throws a {@link WrongSetting} where it is not valid. */
export function readConfig(environment: NodeJS.ProcessEnv): StandaloneConfig {
  const env = readEnvironment(standaloneVariables, environment);
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new WrongSetting('TLS_CERT_FILE and TLS_KEY_FILE go together: set both or neither.');
  }
  const rateLimits = env.RATE_LIMITS === 'on';
  const tls = certFile && keyFile ? { certFile, keyFile } : undefined;
  const host = env.HOST ?? (tls ? '::' : 'localhost');
  const trustsProxy = env.TRUST_PROXY;
  // Whom a proxy speaks for is somewhere else.
  const loopback = !tls && !trustsProxy && isLoopback(host);
  return {
    port: env.PORT,
    internalPort: env.INTERNAL_PORT ?? (env.PORT === 0 ? 0 : env.PORT + 1),
    host,
    loopback,
    trustsProxy,
    origins: env.CORS_ORIGINS ?? [],
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
