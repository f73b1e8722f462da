import { type BookingStanding, details, peopleCalls } from '@consulta/contracts';
import { cachedLookup, inProcessCache } from '@consulta/platform/caching';
import type { ServiceClient } from '@consulta/platform/http';
import { type ProblemError, problem } from '@consulta/platform/problems';
import { keptMs } from '../people/directory.ts';
import type { Holding } from './holdings.ts';

/** What one patient may hold in the future. */
export type BookingCaps = {
  /** Undecided or unconfirmed at a time: enough to ask around, too little to block agendas. */
  open: number;
  /** Of every doctor together, and of one. Confirmed appointments and undecided requests count as well. */
  all: number;
  perDoctor: number;
};

/** The caps by how far an account is trusted. */
export type BookingLimits = Record<BookingStanding, BookingCaps>;

/**
 * Looks up a patient's caps; an account that nobody knows counts as new. How far a patient is trusted is theirs, so
 * copies live in this process alone.
 */
export function capsLookup(
  user: ServiceClient,
  limits: BookingLimits,
): (patientId: string) => Promise<BookingCaps> {
  const standings = cachedLookup<BookingStanding>({
    name: 'booking caps',
    cache: inProcessCache(),
    prefix: 'booking-standing:',
    ...keptMs,
    load: async (ids) => {
      const { people } = await user.call(peopleCalls.bookingStanding, { ids });
      return new Map(people.map(({ id, standing }) => [id, standing]));
    },
  });
  return async (patientId) => limits[(await standings.get(patientId)) ?? 'new'];
}

/** What matters of a request; `movesFrom` is the doctor whose appointment it replaces. */
type Asked = { doctorId: string; movesFrom: string | undefined };

/**
 * Why a patient may not ask for one more; undefined when they may. A request that moves an appointment to another time
 * of its doctor is none more; one that moves it to another doctor is one more of theirs.
 */
export function refusalBy(caps: BookingCaps, holding: Holding, asked: Asked): ProblemError | undefined {
  if (asked.movesFrom === asked.doctorId) return undefined;
  if ((holding.byDoctor.get(asked.doctorId) ?? 0) >= caps.perDoctor) {
    return problem('too_many_appointments', details.appointmentsWithDoctorMax(caps.perDoctor));
  }
  if (asked.movesFrom !== undefined) return undefined;
  if (holding.all >= caps.all) {
    return problem('too_many_appointments', details.appointmentsMax(caps.all));
  }
  if (holding.open >= caps.open) {
    return problem('too_many_requests_open', details.requestsOpenMax(caps.open));
  }
  return undefined;
}

/** Adds an accepted request to what its patient holds. */
export function hold(holding: Holding, { doctorId, movesFrom }: Asked): void {
  if (movesFrom === doctorId) return;
  holding.byDoctor.set(doctorId, (holding.byDoctor.get(doctorId) ?? 0) + 1);
  if (movesFrom !== undefined) return;
  holding.all += 1;
  holding.open += 1;
}
