import { type AloneConfig, aloneConfigOf, aloneVariables } from '@consulta/platform/alone';
import {
  numberPair,
  oneOf,
  optional,
  readEnvironment,
  type Settings,
  wholeNumber,
  withDefault,
} from '@consulta/platform/process';

/** What holds back whoever makes many accounts, as the environment names it. */
export const registrationVariables = {
  /** With more new accounts than this, a network is crowded. */
  CROWDED_NETWORK: withDefault(wholeNumber(1, 100_000), 10),
  /** Accounts made on one network: an hour, a day. */
  REGISTRATIONS_MAX: numberPair(60, 200),
};

export type RegistrationLimits = { crowdedAbove: number; perHour: number; perDay: number };

export function registrationLimitsOf(env: Settings<typeof registrationVariables>): RegistrationLimits {
  const [perHour, perDay] = env.REGISTRATIONS_MAX;
  return { crowdedAbove: env.CROWDED_NETWORK, perHour, perDay };
}

const variables = {
  ...aloneVariables,
  ...registrationVariables,
  DOCTOR_VERIFICATION: optional(oneOf('manual', 'auto')),
};

export type UserConfig = AloneConfig & {
  /** Undefined where limits are lifted. */
  registrationLimits: RegistrationLimits | undefined;
  /** `auto`: every doctor counts as verified; unless it is for this machine alone, only when asked for. */
  doctorVerification: 'manual' | 'auto';
};

/** Reads the configuration from the environment. Throws where it is not valid. */
export function readConfig(environment: NodeJS.ProcessEnv): UserConfig {
  const env = readEnvironment(variables, environment);
  const config = aloneConfigOf(env);
  return {
    ...config,
    registrationLimits: config.rateLimits ? registrationLimitsOf(env) : undefined,
    doctorVerification: env.DOCTOR_VERIFICATION ?? (config.public.loopback ? 'auto' : 'manual'),
  };
}
