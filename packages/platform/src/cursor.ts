import { badField } from './problem.ts';
import { isRfc3339 } from './schema-validators.ts';

/** Packs the sort values of a page's last row into an opaque cursor. */
export const encodeCursor = (values: (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url');

/** Reads a cursor back; anything but `length` values each of an accepted shape is a 400. */
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
      return values;
    }
  } catch {
    // falls through to the refusal below
  }
  throw badField('/cursor', 'The cursor is not one this list gave; start again without it');
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && uuidPattern.test(value);
/** PostgreSQL has no year 0; no list here reaches back that far. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && isRfc3339(value) && value >= '1000';
