import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CompiledQuery, type Kysely, sql, type Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';

const statement = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const admitSql = statement('admit.sql');
const settleSql = statement('settle.sql');

/** How many wrong passwords in a row close a counter, and for how long: twice as long each time, up to a limit. */
export type Limit = { failuresMax: number; firstLockSeconds: number; lockSecondsMax: number };
export type Counter = { key: Buffer; limit: Limit };
/** What came of an attempt: `none` when it could not be told, or does not matter. */
export type Verdict = 'right' | 'wrong' | 'none';

/** A place among the attempts under way. `familiar`: an attempt at this counter succeeded within 30 days. */
export type Place = { startedAt: string; familiar: boolean };
export type Places = Map<Counter, Place>;

export const counterOf = (name: string, limit: Limit): Counter => ({
  key: createHash('sha256').update(name).digest(),
  limit,
});

const keysOf = (counters: Counter[]) => counters.map(({ key }) => key);

/** Takes a place at those of these counters that are open. */
export async function admit(
  trx: Transaction<UserTables>,
  limit: Limit,
  counters: Counter[],
): Promise<Places> {
  const query = CompiledQuery.raw(admitSql, [keysOf(counters), limit.failuresMax]);
  const { rows } = await trx.executeQuery<Place & { key: Buffer }>(query);
  const places: Places = new Map();
  for (const { key, ...place } of rows) {
    const counter = counters.find((each) => each.key.equals(key));
    if (counter) places.set(counter, place);
  }
  return places;
}

/** Seconds until the last of these counters opens, at least 1. */
export async function secondsLocked(db: Kysely<UserTables>, counters: Counter[]): Promise<number> {
  const { rows } = await sql<{ seconds: number | null }>`
    SELECT ceil(extract(epoch FROM max(locked_until) - clock_timestamp()))::int AS seconds
    FROM login_attempts WHERE key = ANY(${keysOf(counters)}::bytea[])`.execute(db);
  return Math.max(1, rows[0]?.seconds ?? 1);
}

/**
 * Tells a counter what came of an attempt and gives its place back. One that gave no place is told a success only,
 * by the same statement, so that the time it takes says nothing. Answers whether this closed the counter for a while.
 */
export async function settle(
  db: Kysely<UserTables>,
  counter: Counter,
  place: Place | undefined,
  verdict: Verdict,
): Promise<boolean> {
  const { failuresMax, firstLockSeconds, lockSecondsMax } = counter.limit;
  const failures = place && verdict === 'wrong' ? 1 : 0;
  const told = [counter.key, place?.startedAt ?? null, failures, verdict === 'right'];
  const limit = [failuresMax, firstLockSeconds, lockSecondsMax];
  const query = CompiledQuery.raw(settleSql, [...told, ...limit]);
  const { rows } = await db.executeQuery<{ closes: boolean }>(query);
  return rows[0]?.closes ?? false;
}

/** Drops counts that no longer matter. */
export const forgetOldAttempts = (db: Kysely<UserTables>) =>
  sql`DELETE FROM login_attempts WHERE charged_at < now() - interval '1 day'
    AND (succeeded_at IS NULL OR succeeded_at < now() - interval '30 days')`.execute(db);
