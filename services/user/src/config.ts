import { type AloneConfig, aloneConfigOf, aloneVariables } from '@consulta/platform/embedded/alone';
import { NumberPair, numberPair, readEnvironment } from '@consulta/platform/process';
import { type Static, Type } from 'typebox';

/** What holds back whoever makes many accounts, as the environment names it. */
export const registrationVariables = {
  /** With more new accounts than this, a network is crowded. */
  CROWDED_NETWORK: Type.Integer({ minimum: 1, maximum: 100_000, default: 10 }),
  /** Accounts made on one network: an hour, a day. */
  REGISTRATIONS_MAX: NumberPair('60,200'),
};

export type RegistrationLimits = { crowdedAbove: number; perHour: number; perDay: number };

const Variables = Type.Object(registrationVariables);

export function registrationLimitsOf(env: Static<typeof Variables>): RegistrationLimits {
  const [perHour, perDay] = numberPair(env.REGISTRATIONS_MAX);
  return { crowdedAbove: env.CROWDED_NETWORK, perHour, perDay };
}

const Environment = Type.Object({
  ...aloneVariables,
  ...registrationVariables,
  DOCTOR_VERIFICATION: Type.Optional(Type.Union([Type.Literal('manual'), Type.Literal('auto')])),
});

export type UserConfig = AloneConfig & {
  /** Undefined where limits are lifted. */
  registrationLimits: RegistrationLimits | undefined;
  /** `auto`: every doctor counts as verified; unless it is for this machine alone, only when asked for. */
  doctorVerification: 'manual' | 'auto';
};

/** Reads the configuration from the environment. Throws where it is not valid. */
export function readConfig(environment: NodeJS.ProcessEnv): UserConfig {
  const env = readEnvironment(Environment, environment);
  const config = aloneConfigOf(env);
  return {
    ...config,
    registrationLimits: config.rateLimits ? registrationLimitsOf(env) : undefined,
    doctorVerification: env.DOCTOR_VERIFICATION ?? (config.public.loopback ? 'auto' : 'manual'),
  };
}
