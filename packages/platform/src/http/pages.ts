import { isUuid } from '@consulta/contracts';
import { badField } from '../problems/problem.ts';
import { isInstantText } from './validators.ts';

/** Packs the sort values of a page's last row into an opaque cursor. */
export const encodeCursor = (values: (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/**
 * Reads a cursor back. `accepts` says of each value whether it fits its column; a cursor of anything else is a 400, so
 * that no value reaches the database that it cannot take.
 */
export function decodeCursor(
  cursor: string,
  accepts: ((value: unknown) => boolean)[],
): (string | number | null)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(values) &&
      values.length === accepts.length &&
      accepts.every((ok, i) => ok(values[i]))
    ) {
      return values.map((value, i) => (accepts[i] === isUuid ? String(value).toLowerCase() : value));
    }
  } catch {
    // falls through to the refusal below
  }
  throw badField('/cursor', 'cursor_unknown');
}

/** A value of a `timestamptz` column, which knows no year 0; no list here reaches back to the first thousand. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && isInstantText(value) && value >= '1000';
export const isIntegerBetween =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
/** A value of an `integer` column. */
export const isInteger32 = isIntegerBetween(-(2 ** 31), 2 ** 31 - 1);
/** A value of a `bigint` identity column; those here stay below 2^53. */
export const isIdentity = isIntegerBetween(0, Number.MAX_SAFE_INTEGER);
/** A value of a `text` column, which holds no NUL and nothing but whole characters. */
export const isStoredText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0');

/** A page of rows, and the cursor after its last one where there are more. */
export type RowPage<Row> = { rows: Row[]; nextCursor: string | null };

/**
 * The tail of every list.
 *
 * @param found what the query gave when it was asked for one row more than `limit`
 * @param cursorOf the sort values of a row, as {@link decodeCursor} will read them back
 */
export function pageOf<Row>(
  found: Row[],
  limit: number,
  cursorOf: (row: Row) => (string | number | null)[],
): RowPage<Row> {
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? encodeCursor(cursorOf(last)) : null };
}
