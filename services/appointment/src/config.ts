import { type AloneConfig, aloneConfigOf, aloneVariables } from '@consulta/platform/alone';
import { numberPair, readEnvironment, type Settings } from '@consulta/platform/process';
import type { BookingCaps, BookingLimits } from './booking/limits.ts';

/** What holds back whoever books much, as the environment names it. */
export const bookingVariables = {
  /** Appointments ahead of one patient: with one doctor, in all. */
  BOOKING_CAPS: numberPair(20, 40),
  /** The same while an account is new, which is a week. */
  BOOKING_CAPS_NEW: numberPair(12, 15),
  /** The same while a new account's network has more new accounts than CROWDED_NETWORK. */
  BOOKING_CAPS_CROWDED: numberPair(1, 3),
};

/** Undecided or unconfirmed requests of one patient. */
const openMax = 10;

export const bookingLimitsOf = (env: Settings<typeof bookingVariables>): BookingLimits => ({
  established: capsOf(env.BOOKING_CAPS),
  new: capsOf(env.BOOKING_CAPS_NEW),
  crowded: capsOf(env.BOOKING_CAPS_CROWDED),
});

const capsOf = ([perDoctor, all]: [number, number]): BookingCaps => ({ open: openMax, perDoctor, all });

const variables = { ...aloneVariables, ...bookingVariables };

export type AppointmentConfig = AloneConfig & {
  /** Undefined where limits are lifted. */
  bookingLimits: BookingLimits | undefined;
};

/** Reads the configuration from the environment. Throws where it is not valid. */
export function readConfig(environment: NodeJS.ProcessEnv): AppointmentConfig {
  const env = readEnvironment(variables, environment);
  const config = aloneConfigOf(env);
  return { ...config, bookingLimits: config.rateLimits ? bookingLimitsOf(env) : undefined };
}
