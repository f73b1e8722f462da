/**
 * Counts by key within the minute under way, for every process that shares the counters. All windows end together, at
 * full minutes of the clock, and what was counted ends with them.
 */
export interface Counters {
  /** Counts one more; answers how many that makes in this minute and for how many milliseconds it lasts. */
  count(key: string): Promise<{ count: number; leftMs: number }>;
}

/** The windows of {@link Counters}. */
export const windowMs = 60_000;
