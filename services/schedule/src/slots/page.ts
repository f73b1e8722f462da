import { isUuid, OpenSlotsQuery } from '@consulta/contracts';
import { decodeCursor, isInstant, pageOf } from '@consulta/platform/http';
import { badField } from '@consulta/platform/problems';
import type { Static } from 'typebox';

/** Slots by time: `from`, `to` (exclusive), `limit` and `cursor`. */
export const SlotsQuery = OpenSlotsQuery;

/** Where a page of slots starts and how many it holds. Times are milliseconds since the epoch. */
export type SlotsPage = {
  fromMs: number | undefined;
  toMs: number | undefined;
  after: { startsAt: string; id: string } | undefined;
  limit: number;
};

/** Reads from when on slots are asked for, in milliseconds; throws a 400 for an instant that is none. */
export const fromMsOf = (from: string | undefined): number | undefined =>
  withinAllSlots(instantOf('/from', from));

/** Reads the query of a list of slots; throws a 400 for an instant that is none. */
export function slotsPageOf(query: Static<typeof SlotsQuery>): SlotsPage {
  const to = instantOf('/to', query.to);
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  return { fromMs: fromMsOf(query.from), toMs: withinAllSlots(to), after, limit: query.limit ?? 20 };
}

/** Cuts a list read with one item more than the page holds, and says where the next page starts. */
export function pageOfSlots<T extends { startsAt: string; id: string }>(
  found: T[],
  limit: number,
): { items: T[]; nextCursor: string | null } {
  const { rows, nextCursor } = pageOf(found, limit, ({ startsAt, id }) => [startsAt, id]);
  return { items: rows, nextCursor };
}

function readCursor(cursor: string): { startsAt: string; id: string } {
  const [startsAt, id] = decodeCursor(cursor, [isInstant, isUuid]);
  return { startsAt: String(startsAt), id: String(id) };
}

/** No slot is later, and a month more still has a year of four digits. */
const latestMs = Date.UTC(9999, 10, 30);

const withinAllSlots = (instant: Temporal.Instant | undefined) =>
  instant && Math.min(latestMs, Math.max(0, instant.epochMilliseconds));

/** What the schema's `date-time` lets through beyond instants, such as a second 61, is refused here. */
function instantOf(pointer: string, text: string | undefined): Temporal.Instant | undefined {
  if (text === undefined) return undefined;
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw badField(pointer, 'instant_invalid');
  }
}
