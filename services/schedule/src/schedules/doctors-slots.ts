import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import type { SlotTimes } from './expansion.ts';
import type { Conflict } from './overlaps.ts';

const longestSlotMinutes = 480;

type SlotsAsked = { span: SlotTimes; exceptId: string | undefined };

/**
 * A doctor's live slots that overlap a span of time, in order, of whatever schedule but one, some at a time.
 */
export const readDoctorsSlots = (db: Kysely<Tables>, doctorId: string, asked: SlotsAsked) =>
  readInPieces(asked.span, 1_000, (span, limit) =>
    selectSlots(db, doctorId, { ...asked, span }, limit).execute(),
  );

/** The same of those that no active weekly schedule may describe; few at a time, for they may lie years apart. */
export const readSlotsByNoWeek = (db: Kysely<Tables>, doctorId: string, asked: SlotsAsked) =>
  readInPieces(asked.span, 100, (span, limit) =>
    selectSlots(db, doctorId, { ...asked, span }, limit)
      .innerJoin('schedules', 'schedules.id', 'slots.schedule_id')
      .where(({ or, eb }) => or([eb('kind', '=', 'date'), eb('active', '=', false)]))
      .execute(),
  );

const selectSlots = (db: Kysely<Tables>, doctorId: string, { span, exceptId }: SlotsAsked, limit: number) =>
  db
    .selectFrom('slots')
    .select(['slots.schedule_id', 'slots.starts_at', 'slots.ends_at'])
    .where('slots.doctor_id', '=', doctorId)
    .where('slots.withdrawn_at', 'is', null)
    .where('slots.starts_at', '>', new Date(span.startsAtMs - longestSlotMinutes * 60_000))
    .where('slots.ends_at', '>', new Date(span.startsAtMs))
    .where('slots.starts_at', '<', new Date(span.endsAtMs))
    .$if(exceptId !== undefined, (query) => query.where('slots.schedule_id', '<>', exceptId ?? ''))
    .orderBy('slots.starts_at')
    .limit(limit);

type SlotRow = { schedule_id: string; starts_at: Date; ends_at: Date };

/** Reads slots piece by piece: the next begins where the last slot of the one before, which overlaps no other, ends. */
async function* readInPieces(
  span: SlotTimes,
  limit: number,
  read: (span: SlotTimes, limit: number) => Promise<SlotRow[]>,
): AsyncGenerator<Conflict[]> {
  let startsAtMs = span.startsAtMs;
  for (;;) {
    const rows = await read({ ...span, startsAtMs }, limit);
    yield rows.map((row) => ({
      scheduleId: row.schedule_id,
      startsAtMs: row.starts_at.getTime(),
      endsAtMs: row.ends_at.getTime(),
    }));
    const last = rows.at(-1);
    if (!last || rows.length < limit) return;
    startsAtMs = last.ends_at.getTime();
  }
}
