import { details } from '@consulta/contracts';
import { violatedConstraint } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';
import { type QueryExecutorProvider, sql } from 'kysely';
import type { SlotTimes } from './expansion.ts';
import type { LiveSlot } from './slot-changes.ts';

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
    for (const piece of piecesOf(slots)) await insertion(owner, piece, sql``).execute(trx);
  } catch (error) {
    if (violatedConstraint(error) === 'slots_doctor_free') {
      throw problem('schedule_overlaps', details.slotsOverlap);
    }
    throw error;
  }
}

/** Makes slots where the doctor has no other: what was offered first stays. Answers the starts of those made. */
export async function insertSlotsWhereFree(
  trx: QueryExecutorProvider,
  owner: Owner,
  slots: SlotTimes[],
): Promise<Set<number>> {
  const made = new Set<number>();
  for (const piece of piecesOf(slots)) {
    const inserted = await insertion(owner, piece, sql`ON CONFLICT DO NOTHING RETURNING starts_at`).execute(
      trx,
    );
    for (const { starts_at } of inserted.rows) made.add(starts_at.getTime());
  }
  return made;
}

/** Slots start on whole minutes, so whole seconds lose nothing. */
const insertion = (owner: Owner, slots: SlotTimes[], onConflict: ReturnType<typeof sql>) => sql<{
  starts_at: Date;
}>`
  INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
  SELECT ${owner.scheduleId}, ${owner.doctorId}, starts_at, starts_at + make_interval(mins => ${owner.slotMinutes})
  FROM (SELECT to_timestamp(unnest(${slots.map(({ startsAtMs }) => startsAtMs / 1000)}::bigint[])) AS starts_at)
  ${onConflict}`;

/** Rows handled at once, so that a schedule of tens of thousands of slots holds nobody up. */
const rowsAtOnce = 2_000;

/** A schedule's live slots that are not over, in order. */
export async function readLiveSlots(
  trx: QueryExecutorProvider,
  scheduleId: string,
  now: Temporal.Instant,
): Promise<LiveSlot[]> {
  const live: LiveSlot[] = [];
  for (;;) {
    const after = live.at(-1)?.startsAtMs;
    const { rows } = await sql<{ id: string; starts_at: Date; ends_at: Date }>`
      SELECT id, starts_at, ends_at FROM slots
      WHERE schedule_id = ${scheduleId} AND withdrawn_at IS NULL AND ends_at > ${now.toString()}::timestamptz
        ${after === undefined ? sql`` : sql`AND starts_at > ${new Date(after)}::timestamptz`}
      ORDER BY starts_at LIMIT ${rowsAtOnce}`.execute(trx);
    for (const { id, starts_at, ends_at } of rows) {
      live.push({ id, startsAtMs: starts_at.getTime(), endsAtMs: ends_at.getTime() });
    }
    if (rows.length < rowsAtOnce) return live;
  }
}

/**
 * Locks slots against claims, in the order of ids that claims lock in, and then, on a view taken afterwards,
 * reads which appointments hold them (slot to appointment).
 */
export async function lockAndReadClaims(
  trx: QueryExecutorProvider,
  slotIds: string[],
): Promise<Map<string, string>> {
  for (const ids of piecesOf(slotIds.toSorted())) {
    await sql`SELECT count(*) FROM (
      SELECT FROM slots WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE) AS locked`.execute(trx);
  }
  const holders = new Map<string, string>();
  for (const ids of piecesOf(slotIds)) {
    const { rows } = await sql<{ slot_id: string; appointment_id: string }>`
      SELECT slot_id, appointment_id FROM claims WHERE slot_id = ANY (${ids}::uuid[])`.execute(trx);
    for (const { slot_id, appointment_id } of rows) holders.set(slot_id, appointment_id);
  }
  return holders;
}

/** Withdraws slots; for an hour they stay resolvable by id. */
export async function withdrawSlots(trx: QueryExecutorProvider, slotIds: string[]): Promise<void> {
  for (const ids of piecesOf(slotIds)) {
    await sql`UPDATE slots SET withdrawn_at = now() WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  }
}

function* piecesOf<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += rowsAtOnce) yield all.slice(at, at + rowsAtOnce);
}

/** Says that a doctor's slots changed, in the transaction that changes them. */
export const announceAvailability = (trx: QueryExecutorProvider, doctorIds: string[]): Promise<void> =>
  enqueue(trx, 'availability_changed', doctorIds);
