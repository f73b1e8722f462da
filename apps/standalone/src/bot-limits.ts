import type { BookingCaps, BookingLimits } from '@consulta/appointment';
import { type Static, Type } from 'typebox';

const pair = (value: string) =>
  Type.String({ pattern: '^[1-9]\\d{0,4},[1-9]\\d{0,4}$', default: value, description: 'two whole numbers' });

/** What holds bots back, as the environment names it; pairs are `first,second`. */
export const botLimitVariables = {
  /** Appointments ahead of one patient: with one doctor, in all. */
  BOOKING_CAPS: pair('20,40'),
  /** The same while an account is new, which is a week. */
  BOOKING_CAPS_NEW: pair('12,15'),
  /** The same while a new account's network has more new accounts than CROWDED_NETWORK. */
  BOOKING_CAPS_CROWDED: pair('1,3'),
  CROWDED_NETWORK: Type.Integer({ minimum: 1, maximum: 100_000, default: 10 }),
  /** Accounts made on one network: an hour, a day. */
  REGISTRATIONS_MAX: pair('60,200'),
};

export type BotLimits = {
  booking: BookingLimits;
  networks: { crowdedAbove: number; perHour: number; perDay: number };
};

/** Undecided or unconfirmed requests of one patient. */
const openMax = 10;

const Variables = Type.Object(botLimitVariables);

export function botLimitsOf(env: Static<typeof Variables>): BotLimits {
  const [perHour, perDay] = numbersOf(env.REGISTRATIONS_MAX);
  return {
    booking: {
      established: capsOf(env.BOOKING_CAPS),
      new: capsOf(env.BOOKING_CAPS_NEW),
      crowded: capsOf(env.BOOKING_CAPS_CROWDED),
    },
    networks: { crowdedAbove: env.CROWDED_NETWORK, perHour, perDay },
  };
}

function capsOf(text: string): BookingCaps {
  const [perDoctor, all] = numbersOf(text);
  return { open: openMax, perDoctor, all };
}

function numbersOf(text: string): [number, number] {
  const [first, second] = text.split(',').map(Number);
  return [first ?? 0, second ?? 0];
}
