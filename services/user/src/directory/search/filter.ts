import { type DoctorSearchQuery, isUuid, plainText } from '@consulta/contracts';
import {
  decodeCursor,
  encodeCursor,
  isIdentity,
  isInteger32,
  isIntegerBetween,
  isStoredText,
} from '@consulta/platform/http';
import { badField } from '@consulta/platform/problems';
import { singleSpaced } from '../../people/rules.ts';

export type Sort = NonNullable<DoctorSearchQuery['sort']>;
/**
 * The last row of the page before: its sort key and its doctor. `asOf` is what the first page of all saw
 * (`pg_snapshot`): who moved since then stands for this list where they stood.
 */
export type Position = { key: string | number; doctorId: string; asOf: string };

/** A search in the terms of the statements: see `doctor_tags` in the migrations for the facets. */
export type Search = {
  sort: Sort;
  limit: number;
  after: Position | undefined;
  /** Values to be equal but for accents and case: `specialty:…`, `city:…`, `state:…`, `insurance:…`, `mode:…`. */
  facets: string[];
  /** What the name holds, each anywhere in it. */
  words: string[];
  crm: { number: string; state: string | undefined } | undefined;
  minRating: number | undefined;
  maxPriceCents: number | undefined;
  /** The next free time lies between these two, in milliseconds since 1970. */
  free: { fromMs: number; beforeMs: number } | undefined;
};

/** Reads the query of `GET /doctors`. Throws 400 for a cursor of another list or a name without a word. */
export function readSearch(query: DoctorSearchQuery, nowMs: number): Search {
  const { crm, availableBefore, sort = 'nextAvailable' } = query;
  const [number = '', state] = crm?.toUpperCase().split('-') ?? [];
  return {
    sort,
    limit: query.limit ?? 20,
    after: query.cursor === undefined ? undefined : readPosition(query.cursor, sort),
    facets: [
      ...(query.specialty ? [facet('specialty', query.specialty)] : []),
      ...(query.city ? [facet('city', query.city)] : []),
      ...(query.state ? [facet('state', query.state)] : []),
      ...(query.insurance ? [facet('insurance', query.insurance)] : []),
      ...(query.mode ? [facet('mode', query.mode)] : []),
    ],
    words: query.name === undefined ? [] : wordsOf(query.name),
    crm: crm === undefined ? undefined : { number, state },
    minRating: query.minRating,
    maxPriceCents: query.maxPriceCents,
    free:
      availableBefore === undefined ? undefined : { fromMs: nowMs, beforeMs: Date.parse(availableBefore) },
  };
}

/** What people leave out of a name, or put in, as it comes. */
const particles = new Set(['da', 'das', 'de', 'do', 'dos', 'e']);

/** The words to look for in names: without particles, unless there is nothing else. */
function wordsOf(name: string): string[] {
  const words = [...new Set(plainText(name).split(' '))].filter((word) => word !== '');
  if (words.length === 0) throw badField('/name', 'no_letters');
  const telling = words.filter((word) => !particles.has(word));
  return telling.length > 0 ? telling : words;
}

const facet = (name: string, value: string) => `${name}:${singleSpaced(value)}`;

const isSort = (sort: Sort) => (value: unknown) => value === sort;
/** What the order's column holds, see `doctors` in the migrations. */
const isKey: Record<Sort, (value: unknown) => boolean> = {
  name: isStoredText,
  nextAvailable: isIdentity,
  price: isInteger32,
  // Hundredths of the average, negative so that the best come first; 1 without a rating.
  rating: isIntegerBetween(-500, 1),
};

/** A `pg_snapshot` as PostgreSQL writes it: the first transaction under way, the next to come, those under way between. */
function isSnapshot(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{1,18}:\d{1,18}:(\d{1,18}(,\d{1,18})*)?$/.test(value)) return false;
  const [first = '', next = '', underWay = ''] = value.split(':');
  const between = underWay === '' ? [] : underWay.split(',').map(BigInt);
  const inOrder = between.every(
    (id, i) => id >= BigInt(first) && id < BigInt(next) && (i === 0 || id > (between[i - 1] ?? id)),
  );
  return BigInt(first) > 0n && BigInt(first) <= BigInt(next) && inOrder;
}

function readPosition(cursor: string, sort: Sort): Position {
  const [, key, doctorId, asOf] = decodeCursor(cursor, [isSort(sort), isKey[sort], isUuid, isSnapshot]);
  return { key: key ?? '', doctorId: String(doctorId), asOf: String(asOf) };
}

/** The cursor that continues after a row; it fits the same sort only. */
export const positionCursor = (sort: Sort, { key, doctorId, asOf }: Position): string =>
  encodeCursor([sort, key, doctorId, asOf]);
