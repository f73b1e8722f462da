import { enqueue, inTransaction, type Log } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';
import { type Clock, futureSlots, horizon, insertSlots } from './queries.ts';
import { toInput } from './rows.ts';

const batchMax = 50;

/**
 * Makes the slots of weekly schedules up to the horizon, for a batch of those that lag behind; answers whether
 * there may be more. Safe to run in several processes: each takes other rows.
 */
export function rollSchedules(db: Kysely<Tables>, clock: Clock, log: Log): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const lagging = await trx
      .selectFrom('schedules')
      .selectAll()
      .where('kind', '=', 'weekly')
      .where('active', '=', true)
      .where(
        'materialized_until',
        '<=',
        sql<string>`(${clock.now().toString()}::timestamptz AT TIME ZONE 'UTC')::date
        + ${clock.slotsAheadDays - 1}::int`,
      )
      .orderBy('materialized_until')
      .limit(batchMax)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const row of lagging) {
      const input = toInput(row);
      const until = horizon(input, clock);
      const made = Temporal.PlainDate.from(row.materialized_until);
      const fresh = futureSlots(input, until, clock).filter(({ startsAt }) => {
        const date = startsAt.toZonedDateTimeISO(row.time_zone).toPlainDate();
        return Temporal.PlainDate.compare(date, made) >= 0;
      });
      await insertFree(trx, row, fresh, log);
      await trx
        .updateTable('schedules')
        .set({ materialized_until: until.toString() })
        .where('id', '=', row.id)
        .execute();
      await enqueue(trx, 'availability_changed', [row.doctor_id]);
    }
    return lagging.length === batchMax;
  });
}

/** A slot that another schedule took up meanwhile is left out rather than stopping all the others. */
async function insertFree(
  trx: Parameters<typeof insertSlots>[0],
  row: { id: string; doctor_id: string },
  slots: Parameters<typeof insertSlots>[2],
  log: Log,
): Promise<void> {
  for (const slot of slots) {
    await sql`SAVEPOINT one_slot`.execute(trx);
    try {
      await insertSlots(trx, { id: row.id, doctorId: row.doctor_id }, [slot]);
    } catch (error) {
      await sql`ROLLBACK TO SAVEPOINT one_slot`.execute(trx);
      log.warn({ err: error, scheduleId: row.id }, 'a slot of a weekly schedule overlaps another schedule');
    }
  }
}
