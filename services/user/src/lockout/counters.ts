import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { UserTables } from '../tables.ts';

/** How many wrong passwords in a row close a counter, and for how long: twice as long each time, up to a limit. */
export type Limit = { failuresMax: number; firstLockSeconds: number; lockSecondsMax: number };
export type Counter = { key: Buffer; limit: Limit };
/** What came of an attempt: `none` when it could not be told, or does not matter. */
export type Verdict = 'right' | 'wrong' | 'none';

/** An attempt that a counter admitted. `familiar`: an attempt on it succeeded within 30 days. */
export type Admission = { startedAt: string; familiar: boolean };
export type Admissions = Map<Counter, Admission>;

export const counterOf = (name: string, limit: Limit): Counter => ({
  key: createHash('sha256').update(name).digest(),
  limit,
});

/** Longer than any verdict takes: what has none by then died on the way. */
const verdictSecondsMax = 60;
const stillUnderWay = sql`ARRAY(SELECT began FROM unnest(a.under_way) began
  WHERE began > clock_timestamp() - interval '1 second' * ${verdictSecondsMax})`;
const failuresOfToday = sql`CASE WHEN a.charged_at < now() - interval '1 day' THEN 0 ELSE a.failures END`;

/**
 * Admits an attempt to those of these counters (all of one limit) that are open: not locked, and with fewer attempts
 * under way than failures are left. A locked one stays as it is; after a lock one attempt at a time is admitted.
 * Rows are locked in the order of their keys, so that two attempts cannot deadlock.
 */
export async function admit(trx: Transaction<UserTables>, counters: Counter[]): Promise<Admissions> {
  const [first] = counters;
  if (!first) return new Map();
  const { rows } = await sql<{ key: Buffer; started_at: string; familiar: boolean | null }>`
    INSERT INTO login_attempts AS a (key, failures, under_way)
    SELECT key, 0, ARRAY[clock_timestamp()] FROM unnest(${counters.map(({ key }) => key)}::bytea[]) key ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      failures = ${failuresOfToday},
      under_way = ${stillUnderWay} || clock_timestamp(),
      charged_at = clock_timestamp()
    WHERE (a.locked_until IS NULL OR a.locked_until <= clock_timestamp())
      AND cardinality(${stillUnderWay}) < greatest(1, ${first.limit.failuresMax} - ${failuresOfToday})
    RETURNING key, under_way[cardinality(under_way)]::text AS started_at,
      succeeded_at > now() - interval '30 days' AS familiar`.execute(trx);
  const found = new Map(rows.map((row) => [row.key.toString('hex'), row]));
  return new Map(
    counters.flatMap((counter): [Counter, Admission][] => {
      const row = found.get(counter.key.toString('hex'));
      return row ? [[counter, { startedAt: row.started_at, familiar: row.familiar === true }]] : [];
    }),
  );
}

/** Seconds until the last of these counters opens, at least 1. */
export async function secondsLocked(db: Kysely<UserTables>, counters: Counter[]): Promise<number> {
  const { rows } = await sql<{ seconds: number | null }>`
    SELECT ceil(extract(epoch FROM max(locked_until) - clock_timestamp()))::int AS seconds
    FROM login_attempts WHERE key = ANY(${counters.map(({ key }) => key)}::bytea[])`.execute(db);
  return Math.max(1, rows[0]?.seconds ?? 1);
}

/** Tells counters of one limit what came of an attempt; of one they did not admit only a success matters. */
export async function settle(
  db: Kysely<UserTables>,
  counters: Counter[],
  admissions: Admissions,
  verdict: Verdict,
): Promise<void> {
  const told = verdict === 'right' ? counters : counters.filter((counter) => admissions.has(counter));
  const [first] = told;
  if (!first) return;
  const wrong = verdict === 'wrong';
  const right = verdict === 'right';
  const { failuresMax, firstLockSeconds, lockSecondsMax } = first.limit;
  await sql`
    INSERT INTO login_attempts AS a (key, failures, under_way)
    SELECT key, ${wrong ? 1 : 0}, ARRAY[began]
    FROM unnest(${told.map(({ key }) => key)}::bytea[],
      ${told.map((counter) => admissions.get(counter)?.startedAt ?? null)}::timestamptz[]) AS told (key, began)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      under_way = array_remove(a.under_way, excluded.under_way[1]),
      failures = CASE WHEN ${right} THEN 0 ELSE a.failures + excluded.failures END,
      locked_until = CASE WHEN ${right} THEN NULL
        WHEN ${wrong} AND a.failures + 1 >= ${failuresMax} THEN clock_timestamp() + interval '1 second'
          * least(${lockSecondsMax}::float8, ${firstLockSeconds} * 2 ^ least(a.failures + 1 - ${failuresMax}, 30))
        ELSE a.locked_until END,
      succeeded_at = CASE WHEN ${right} THEN now() ELSE a.succeeded_at END`.execute(db);
}

/** Drops counts that no longer matter. */
export const forgetOldAttempts = (db: Kysely<UserTables>) =>
  sql`DELETE FROM login_attempts WHERE charged_at < now() - interval '1 day'
    AND (succeeded_at IS NULL OR succeeded_at < now() - interval '30 days')`.execute(db);
