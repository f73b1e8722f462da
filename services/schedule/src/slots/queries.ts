import type { NextAvailable, OpenSlot, SlotFacts } from '@consulta/contracts';
import { decodeCursor, encodeCursor, isInstant, isUuid } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

type Db = Kysely<Tables>;

type OpenSlotsWanted = { doctorId: string; from: Date; to: Date; limit: number; cursor: string | undefined };

/** A page of what can be booked with a doctor from `from` to `to`, beyond the notice the doctor asks for. */
export async function openSlots(
  db: Db,
  now: Date,
  { doctorId, from, to, limit, cursor }: OpenSlotsWanted,
): Promise<{ items: OpenSlot[]; nextCursor: string | null }> {
  let select = db
    .selectFrom('open_slots')
    .select(['id', 'schedule_id', 'starts_at', 'ends_at'])
    .where('doctor_id', '=', doctorId)
    .where('starts_at', '>=', from > now ? from : now)
    .where('starts_at', '<', to)
    .where(sql<boolean>`starts_at > ${now}::timestamptz + min_booking_notice_minutes * interval '1 minute'`)
    .orderBy('starts_at')
    .orderBy('id')
    .limit(limit + 1);
  if (cursor) {
    const [startsAt, id] = decodeCursor(cursor, [isInstant, isUuid]);
    select = select.where(sql<boolean>`(starts_at, id) > (${startsAt}::timestamptz, ${id}::uuid)`);
  }
  const rows = await select.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      id: row.id,
      scheduleId: row.schedule_id,
      startsAt: row.starts_at.toISOString(),
      endsAt: row.ends_at.toISOString(),
    })),
    nextCursor: rows.length > limit && last ? encodeCursor([last.starts_at.toISOString(), last.id]) : null,
  };
}

/** The facts of slots, live or withdrawn. Unknown ids are left out. */
export async function findSlots(db: Db, ids: string[]): Promise<SlotFacts[]> {
  const { rows } = await sql<{
    id: string;
    schedule_id: string;
    doctor_id: string;
    starts_at: Date;
    ends_at: Date;
    time_zone: string;
  }>`SELECT s.id, s.schedule_id, s.doctor_id, s.starts_at, s.ends_at, p.time_zone
    FROM slots s JOIN schedules p ON p.id = s.schedule_id WHERE s.id = ANY (${ids}::uuid[])`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    scheduleId: row.schedule_id,
    doctorId: row.doctor_id,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    timeZone: row.time_zone,
  }));
}

/** The start of each doctor's first open slot; null where there is none. */
export async function nextAvailable(
  db: Db,
  now: Date,
  doctorIds: string[],
): Promise<NextAvailable['doctors']> {
  const { rows } = await sql<{ doctor_id: string; starts_at: Date | null }>`
    SELECT given.id AS doctor_id, first.starts_at
    FROM unnest(${doctorIds}::uuid[]) AS given (id)
    LEFT JOIN LATERAL (
      SELECT o.starts_at FROM open_slots o
      WHERE o.doctor_id = given.id AND o.starts_at > ${now}::timestamptz
        AND o.starts_at > ${now}::timestamptz + o.min_booking_notice_minutes * interval '1 minute'
      ORDER BY o.starts_at LIMIT 1) AS first ON true`.execute(db);
  return rows.map((row) => ({
    doctorId: row.doctor_id,
    nextAvailableAt: row.starts_at?.toISOString() ?? null,
  }));
}
