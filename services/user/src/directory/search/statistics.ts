import { plainText } from '@consulta/contracts';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';

/** How often values occur among the doctors, from what ANALYZE saw last. Guides which statement goes first. */
export type Statistics = {
  doctors: number;
  /** The share of doctors with a tag such as `city:palmas`. */
  shareOfTag: (tag: string) => number;
  /** The share of doctors whose name holds a text, roughly. */
  shareOfName: (name: string) => number;
  /** The share of doctors whose next free time lies before an instant. */
  shareFreeBefore: (atMs: number) => number;
};

type Row = { attname: string; values: string[] | null; shares: number[] | null; bounds: string[] | null };

const statisticsSql = `SELECT attname,
    coalesce(most_common_elems::text::text[], most_common_vals::text::text[]) AS values,
    coalesce(most_common_elem_freqs, most_common_freqs) AS shares, histogram_bounds::text::text[] AS bounds
  FROM pg_stats WHERE schemaname = current_schema()
    AND (tablename, attname) IN (('doctor_directory', 'tags'), ('doctor_directory', 'next_key'),
      ('doctor_directory_facets', 'search_pairs'))`;
const countSql = `SELECT greatest(reltuples, 0)::float8 AS doctors FROM pg_class
  WHERE oid = 'doctor_directory'::regclass`;

/** Reads the statistics now. */
export async function readStatistics(pool: pg.Pool): Promise<Statistics> {
  const [{ rows: columns }, { rows: counts }] = await Promise.all([
    pool.query<Row>(statisticsSql),
    pool.query<{ doctors: number }>(countSql),
  ]);
  const column = (name: string) => columns.find(({ attname }) => attname === name);
  const pairs = column('search_pairs');
  return {
    doctors: counts[0]?.doctors ?? 0,
    shareOfTag: sharesOf(column('tags')),
    shareOfName: (name) => shareOfName(pairs, plainText(name)),
    shareFreeBefore: shareBelow(column('next_key')),
  };
}

/** What is not among the commonest values is taken for half as common as the rarest of them. */
function sharesOf(row: Row | undefined): (value: string) => number {
  const shares = new Map(row?.values?.map((value, i) => [value, row.shares?.[i] ?? 0]));
  const rare = shares.size === 0 ? 0.01 : Math.min(...shares.values()) / 2;
  return (value) => shares.get(value) ?? rare;
}

/**
 * A name is at most as common as its rarest pair of neighbours; half of that is nearer the truth. A single
 * character is about as common as the pairs it begins, taken together.
 */
function shareOfName(pairs: Row | undefined, key: string): number {
  if (key.length === 1) {
    const begun = pairs?.values?.map((pair, i) => (pair.startsWith(key) ? (pairs.shares?.[i] ?? 0) : 0)) ?? [
      0.3,
    ];
    return (
      Math.min(
        1,
        begun.reduce((sum, share) => sum + share, 0.001),
      ) / 2
    );
  }
  const shareOf = sharesOf(pairs);
  let least = 1;
  for (let i = 0; i + 1 < key.length; i += 1) least = Math.min(least, shareOf(key.slice(i, i + 2)));
  return least / 2;
}

function shareBelow(row: Row | undefined): (limit: number) => number {
  const common =
    row?.values?.map((value, i) => ({ value: Number(value), share: row.shares?.[i] ?? 0 })) ?? [];
  const bounds = row?.bounds?.map(Number) ?? [];
  const rest = 1 - common.reduce((sum, { share }) => sum + share, 0);
  return (limit) => {
    if (!row) return 0.3;
    const counted = common.reduce((sum, { value, share }) => (value < limit ? sum + share : sum), 0);
    const below = bounds.filter((bound) => bound < limit).length;
    return counted + (bounds.length > 0 ? (rest * below) / bounds.length : 0);
  };
}

const unknown: Statistics = {
  doctors: 0,
  shareOfTag: () => 0.01,
  shareOfName: () => 0.01,
  shareFreeBefore: () => 0.3,
};
const keptMs = 60_000;

/** Statistics at most a minute older than the last search; searches never wait for them. */
export function currentStatistics(pool: pg.Pool, log: Log): () => Statistics {
  let known = unknown;
  let readAtMs = Number.NEGATIVE_INFINITY;
  const refresh = () =>
    readStatistics(pool).then(
      (read) => {
        known = read;
      },
      (error: unknown) => log.warn({ err: error }, 'the statistics of the directory cannot be read'),
    );
  return () => {
    if (performance.now() - readAtMs > keptMs) {
      readAtMs = performance.now();
      void refresh();
    }
    return known;
  };
}
