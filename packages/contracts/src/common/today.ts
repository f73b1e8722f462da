import type { stateCodes } from './addresses.ts';

/** The zone of "today" in Brazil where no place is known: Brasília time. */
export const brazilZone = 'America/Sao_Paulo';
/** Of Brazil's zones (UTC-2 to UTC-5) the one where a day begins first. */
const firstZone = 'America/Noronha';

type State = (typeof stateCodes)[number];
/** Of the states that do not keep Brasília time (Lei 11.662/2008, Lei 12.876/2013). */
const zones: Partial<Record<State, string>> = {
  AC: 'America/Rio_Branco',
  AM: 'America/Manaus',
  MS: 'America/Campo_Grande',
  MT: 'America/Cuiaba',
  RO: 'America/Porto_Velho',
  RR: 'America/Boa_Vista',
};

const dayAt = (zone: string, instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate();

/** The day it is in Brazil at an instant. UTC's is already the next one from 21:00 on. */
export const dayInBrazil = (instant: Temporal.Instant): Temporal.PlainDate => dayAt(brazilZone, instant);

/** The day it is in one of Brazil's states at an instant. */
export const dayInState = (state: State, instant: Temporal.Instant): Temporal.PlainDate =>
  dayAt(zones[state] ?? brazilZone, instant);

/** The latest day that it is anywhere in Brazil at an instant: who is born on it is born. */
export const latestDayInBrazil = (instant: Temporal.Instant): Temporal.PlainDate => dayAt(firstZone, instant);
