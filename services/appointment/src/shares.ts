/** What one person may hold at once in one process; a process has only so much of each. */
export type PersonalShares = {
  /** Files being sent; a further one is 429. */
  uploads: number;
  /** Files being read; a further one is 429. */
  downloads: number;
  /** Requests that wait for their decision (`Prefer: wait`); a further one is answered at once. */
  waits: number;
  /** Open event streams; a further one ends the oldest. */
  streams: number;
};

/** A few devices, each with a browser's few connections. */
export const personalShares: PersonalShares = { uploads: 4, downloads: 10, waits: 20, streams: 20 };

/** For benchmarks and load tests. */
export const anyShares: PersonalShares = {
  uploads: Number.POSITIVE_INFINITY,
  downloads: Number.POSITIVE_INFINITY,
  waits: Number.POSITIVE_INFINITY,
  streams: Number.POSITIVE_INFINITY,
};
