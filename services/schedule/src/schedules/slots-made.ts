import { details } from '@consulta/contracts';
import { problem } from '@consulta/platform/problems';
import { type QueryExecutorProvider, sql } from 'kysely';

/**
 * Two schedules of the largest size: more than anybody enters, changed mind included, and few enough that making
 * and withdrawing slots for an hour, after which withdrawn ones are deleted, fills no disk.
 */
export const slotsPerHourDefault = 60_000;

const hourMs = 3_600_000;

/**
 * Counts slots that a doctor makes, in the transaction that makes them and under the doctor's lock, so that no
 * number of requests or processes gets past the bound. The hour begins with the first slot made after the last one.
 * Throws 429 `rate_limited` with the time until it is over.
 */
export async function countSlotsMade(
  trx: QueryExecutorProvider,
  doctorId: string,
  count: number,
  { now, slotsPerHour }: { now: Temporal.Instant; slotsPerHour: number | undefined },
): Promise<void> {
  if (slotsPerHour === undefined) return;
  const { rows } = await sql<{ made: number; since: Date }>`
    UPDATE doctors SET
      slots_made = CASE WHEN recent THEN slots_made ELSE 0 END + ${count},
      slots_made_since = CASE WHEN recent THEN slots_made_since ELSE ${now.toString()}::timestamptz END
    FROM (SELECT slots_made_since > ${now.subtract({ hours: 1 }).toString()}::timestamptz IS TRUE AS recent
      FROM doctors WHERE id = ${doctorId}) AS hour
    WHERE id = ${doctorId}
    RETURNING slots_made AS made, slots_made_since AS since`.execute(trx);
  const [row] = rows;
  if (!row || row.made <= slotsPerHour) return;
  throw problem('rate_limited', details.slotsPerHour(slotsPerHour), {
    retryAfterSeconds: Math.ceil((row.since.getTime() + hourMs - now.epochMilliseconds) / 1000),
  });
}
