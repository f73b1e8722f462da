/**
 * The clock of a time zone as the runtime's zone tables (`Temporal`) have it, which are the only source of zone rules
 * here: PostgreSQL has tables of its own, of another year. Times in milliseconds since the epoch; a local time counts
 * as if its clock showed UTC.
 */
export type ZoneClock = {
  /** How far the clock is ahead of UTC at an instant. */
  offsetAt: (ms: number) => number;
  /** When a local time is, the first time that it is; undefined for one that is skipped. */
  instantOf: (localMs: number) => number | undefined;
  /** When the clock is changed next after an instant; infinite if never. */
  changesAfter: (ms: number) => number;
};

export const dayMs = 86_400_000;

const clocks = new Map<string, ZoneClock>();

/** The clock of an IANA zone, from 1970 up to 2199, read once. Throws a RangeError for an unknown zone. */
export function zoneClock(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = clockOf(changesOf(timeZone));
  clocks.set(timeZone, clock);
  return clock;
}

/** The date it is at an instant, as a number of days since 1970-01-01. */
export const localDay = (ms: number, timeZone: string): number =>
  Math.floor((ms + zoneClock(timeZone).offsetAt(ms)) / dayMs);

type Changes = { atMs: number[]; offsets: number[] };

/** Each change and the offset from then on; the first stands for all that was before. */
function changesOf(timeZone: string): Changes {
  const changes: Changes = { atMs: [], offsets: [] };
  const endMs = Date.UTC(2200, 0, 8);
  let next: Temporal.ZonedDateTime | null = new Temporal.ZonedDateTime(0n, timeZone);
  while (next && next.epochMilliseconds < endMs) {
    changes.atMs.push(next.epochMilliseconds);
    changes.offsets.push(next.offsetNanoseconds / 1_000_000);
    next = next.getTimeZoneTransition('next');
  }
  return changes;
}

function clockOf({ atMs, offsets }: Changes): ZoneClock {
  // Instants are mostly asked about one after the other.
  let last = 0;
  const indexAt = (ms: number) => {
    if (!((atMs[last] ?? 0) <= ms && ms < (atMs[last + 1] ?? Number.POSITIVE_INFINITY))) {
      last = lastNotAfter(atMs, ms);
    }
    return last;
  };
  const offsetAt = (ms: number) => offsets[indexAt(ms)] ?? 0;
  const instantOf = (localMs: number) => {
    // No clock is a day off UTC, so the offset of the day before holds until the next change.
    const before = indexAt(localMs - dayMs);
    const early = localMs - (offsets[before] ?? 0);
    if (early < (atMs[before + 1] ?? Number.POSITIVE_INFINITY)) return early;
    const late = localMs - offsetAt(localMs + dayMs);
    return late + offsetAt(late) === localMs ? late : undefined;
  };
  const changesAfter = (ms: number) => atMs[indexAt(ms) + 1] ?? Number.POSITIVE_INFINITY;
  return { offsetAt, instantOf, changesAfter };
}

/** The index of the last of some ascending numbers that is not above a limit; 0 if all are. */
function lastNotAfter(ascending: number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
