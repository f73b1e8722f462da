import { enqueue, problem, violatedConstraint } from '@consulta/platform';
import { type QueryExecutorProvider, sql } from 'kysely';
import type { SlotTimes } from './expansion.ts';
import type { LiveSlot } from './replacement.ts';

type Owner = { scheduleId: string; doctorId: string; slotMinutes: number };

/**
 * Makes slots. Throws 409 `schedule_overlaps` when the doctor has a live slot at any of these times: the table
 * itself refuses it.
 */
export async function insertSlots(
  trx: QueryExecutorProvider,
  owner: Owner,
  slots: SlotTimes[],
): Promise<void> {
  try {
    await insertion(owner, slots, sql``).execute(trx);
  } catch (error) {
    if (violatedConstraint(error) === 'slots_doctor_free') {
      throw problem(
        'schedule_overlaps',
        'Choose times at which you have no other slots; the preview lists them',
      );
    }
    throw error;
  }
}

/** Makes slots where the doctor has no other: what was offered first stays. */
export async function insertSlotsWhereFree(
  trx: QueryExecutorProvider,
  owner: Owner,
  slots: SlotTimes[],
): Promise<void> {
  await insertion(owner, slots, sql`ON CONFLICT DO NOTHING`).execute(trx);
}

/** Slots start on whole minutes, so whole seconds lose nothing. */
const insertion = (owner: Owner, slots: SlotTimes[], onConflict: ReturnType<typeof sql>) => sql`
  INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
  SELECT ${owner.scheduleId}, ${owner.doctorId}, starts_at, starts_at + make_interval(mins => ${owner.slotMinutes})
  FROM (SELECT to_timestamp(unnest(${slots.map(({ startsAtMs }) => startsAtMs / 1000)}::bigint[])) AS starts_at)
  ${onConflict}`;

/** A schedule's live slots that are not over. */
export async function readLiveSlots(
  trx: QueryExecutorProvider,
  scheduleId: string,
  now: Temporal.Instant,
): Promise<LiveSlot[]> {
  const { rows } = await sql<{ id: string; starts_at: Date; ends_at: Date }>`
    SELECT id, starts_at, ends_at FROM slots
    WHERE schedule_id = ${scheduleId} AND withdrawn_at IS NULL AND ends_at > ${now.toString()}::timestamptz
    ORDER BY starts_at`.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    startsAtMs: row.starts_at.getTime(),
    endsAtMs: row.ends_at.getTime(),
  }));
}

/**
 * Locks slots against claims, in the order of ids that claims lock in, and then, on a view taken afterwards,
 * reads which appointments hold them (slot to appointment).
 */
export async function lockAndReadClaims(
  trx: QueryExecutorProvider,
  slotIds: string[],
): Promise<Map<string, string>> {
  if (slotIds.length === 0) return new Map();
  await sql`SELECT FROM slots WHERE id = ANY (${slotIds}::uuid[]) ORDER BY id FOR UPDATE`.execute(trx);
  const { rows } = await sql<{ slot_id: string; appointment_id: string }>`
    SELECT slot_id, appointment_id FROM claims WHERE slot_id = ANY (${slotIds}::uuid[])`.execute(trx);
  return new Map(rows.map((row) => [row.slot_id, row.appointment_id]));
}

/** Withdraws slots; they stay resolvable by id. */
export async function withdrawSlots(trx: QueryExecutorProvider, slotIds: string[]): Promise<void> {
  if (slotIds.length === 0) return;
  await sql`UPDATE slots SET withdrawn_at = now() WHERE id = ANY (${slotIds}::uuid[])`.execute(trx);
}

/** Says that a doctor's slots changed, in the transaction that changes them. */
export const announceAvailability = (trx: QueryExecutorProvider, doctorIds: string[]): Promise<void> =>
  enqueue(trx, 'availability_changed', doctorIds);
