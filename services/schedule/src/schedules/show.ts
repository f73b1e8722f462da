import { isUuid, type PageQuery, type Schedule } from '@consulta/contracts';
import { decodeCursor, etagOf, pageOf } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { countSlots, listSchedules } from './queries.ts';
import { type ScheduleRow, toSchedule } from './schedule-row.ts';

/** A schedule as its doctor sees it, with the slots it has to come; they count in its tag, for no version does. */
export async function showSchedule(
  db: Kysely<Tables>,
  row: ScheduleRow,
  now: Temporal.Instant,
): Promise<{ schedule: Schedule; etag: string }> {
  const counts = await countSlots(db, [row.id], now);
  const slots = counts.get(row.id) ?? noSlots;
  return { schedule: toSchedule(row, slots), etag: etagOf(row.version, slots.open, slots.taken) };
}

/** A page of a doctor's schedules, newest first. */
export async function listShownSchedules(
  db: Kysely<Tables>,
  doctorId: string,
  { limit = 20, cursor }: PageQuery,
  now: Temporal.Instant,
): Promise<{ items: Schedule[]; nextCursor: string | null }> {
  const beforeId = cursor === undefined ? undefined : String(decodeCursor(cursor, [isUuid])[0]);
  const found = await listSchedules(db, { doctorId, beforeId, limit: limit + 1 });
  const { rows, nextCursor } = pageOf(found, limit, ({ id }) => [id]);
  const counts = await countSlots(
    db,
    rows.map(({ id }) => id),
    now,
  );
  const items = rows.map((row) => toSchedule(row, counts.get(row.id) ?? noSlots));
  return { items, nextCursor };
}

const noSlots = { open: 0, taken: 0 };
