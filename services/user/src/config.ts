import { NumberPair, numberPair } from '@consulta/platform/process';
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
