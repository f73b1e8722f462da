import { createHash } from 'node:crypto';
import type { Search, Sort } from './filter.ts';

/*
 * The statements of a search. Whatever is asked for, each reads a bounded part of the directory:
 *
 * - `walk` goes through the listed doctors (all, or those of a specialty, city or state) in the order asked for,
 *   drops those that do not fit, and stops at a full page or when its budget of rows is spent. Good when many
 *   fit.
 * - `facets` takes from one GIN index the doctors that fit, all conditions at once, and sorts them; it gives up
 *   beyond `candidatesMax`. Good when few fit.
 * - `slices` does so for the first part of the order only: initials, price steps or rating steps. Good when many
 *   fit but come late in the order, as Marias do by name.
 * - `soon` takes those whose next free time lies in the range asked for. Good when that alone leaves few.
 * - `crm` takes those with a CRM number: at most one a state.
 *
 * The text depends only on which conditions there are, so that it can be prepared. `(SELECT f($1))` instead of
 * `f($1)` has f evaluated once per search and not once per row.
 */

/** Where candidates come from; `slice` holds tags, one of which a doctor of that part of the order has. */
export type Source = { from: 'facets'; slice?: string[] } | { from: 'soon'; facet: string } | { from: 'crm' };
export type Statement = { name: string; text: string; values: unknown[] };
export type SearchRow = {
  /** Rows of the page, and one more if the list goes on. */
  found: number;
  /** The page's doctors: a JSON array. */
  items: string;
  last_key: string | number | null;
  last_id: string | null;
  /** How many of them the statement's own way found, without those who moved since the list's first page. */
  in_order: number;
  /** The snapshot that the statement saw. */
  as_of: string;
  /** There were more candidates than are looked at; the page is worth nothing. */
  overflow: boolean;
};

/** So many candidates are sorted at most: a tenth of a directory of 100,000 doctors, some 10 ms. */
export const candidatesMax = 12_000;
/** And so many of the latest moves are looked at, whatever a cursor claims to have seen. */
export const movesMax = 4_000;

/** `key`: the column in orderings and moves. */
const sortColumns: Record<Sort, { key: string; directory: string; type: string }> = {
  nextAvailable: { key: 'next_key', directory: 'd.next_key', type: 'bigint' },
  price: { key: 'price_key', directory: 'd.consultation_price_cents', type: 'integer' },
  name: { key: 'name_key', directory: 'd.name_key', type: 'text' },
  rating: { key: 'rating_key', directory: 'd.rating_key', type: 'integer' },
};

type Bind = (value: unknown) => string;
function binder(): { bind: Bind; values: unknown[] } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/**
 * Walks doctors in order.
 *
 * @param facet whose doctors: '' for all, or one of the search's facets on specialty, city or state
 * @param budget how many of them at most; null walks on to the end
 */
export function walkStatement(search: Search, facet: string, budget: number | null): Statement {
  const { bind, values } = binder();
  const { key } = sortColumns[search.sort];
  const walked = [
    ofFacet(facet, bind),
    ...rangeOfOrder(search, bind),
    ...after(search, `o.${key}`, 'o.doctor_id', bind),
  ];
  const facets = search.facets.filter((each) => each !== facet);
  const conditions = [...exactConditions(search, facets, bind), ...unmoved(search, 's.doctor_id')];
  const inOrder = `SELECT s.key, s.doctor_id, d.card
  FROM (SELECT o.${key} AS key, o.doctor_id FROM doctor_orderings o
    WHERE ${walked.join(' AND ')}
    ORDER BY o.${key}, o.doctor_id LIMIT ${bind(budget)}::bigint) s
  JOIN doctor_directory d ON d.doctor_id = s.doctor_id
  ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
  ORDER BY s.key, s.doctor_id LIMIT ${bind(search.limit + 1)}::bigint`;
  return pageStatement(search, { inOrder, overflow: 'false' }, bind, values);
}

/** Takes candidates from an index and sorts those that fit. */
export function candidatesStatement(search: Search, source: Source): Statement {
  const { bind, values } = binder();
  const { directory } = sortColumns[search.sort];
  const candidates = candidatesFrom(search, source, bind);
  const fits = exactConditions(search, source.from === 'facets' ? [] : search.facets, bind);
  const page = ['fits', ...after(search, 'key', 'doctor_id', bind), ...unmoved(search, 'doctor_id')];
  const before = `candidates AS MATERIALIZED (
  SELECT d.doctor_id, ${directory} AS key, ${fits.join(' AND ') || 'true'} AS fits
  ${candidates})`;
  const inOrder = `SELECT c.key, c.doctor_id, d.card
  FROM (SELECT key, doctor_id FROM candidates WHERE ${page.join(' AND ')}
    ORDER BY key, doctor_id LIMIT ${bind(search.limit + 1)}::bigint) c
  JOIN doctor_directory d ON d.doctor_id = c.doctor_id`;
  const overflow = `(SELECT count(*) > ${candidatesMax} FROM candidates)`;
  return pageStatement(search, { before, inOrder, overflow }, bind, values);
}

type Found = { before?: string; inOrder: string; overflow: string };

/** The page of what a way found in order. */
function pageStatement(search: Search, found: Found, bind: Bind, values: unknown[]): Statement {
  if (search.after) return laterPageStatement(search, found, bind, values);
  return prepared(
    `${found.before ? `WITH ${found.before}` : ''}
SELECT ${pageColumns(bind, search.limit)}, count(*)::integer AS in_order, ${found.overflow} AS overflow
FROM (SELECT key, doctor_id, card, row_number() OVER (ORDER BY key, doctor_id) AS place FROM (${found.inOrder}) found) page`,
    values,
  );
}

/** Those who moved since the first page come in where they stood then; the way itself left them out. */
function laterPageStatement(
  search: Search,
  { before, inOrder, overflow }: Found,
  bind: Bind,
  values: unknown[],
): Statement {
  const tables = [
    movedSince(search, search.after?.asOf ?? '', bind),
    ...(before ? [before] : []),
    `in_order AS MATERIALIZED (${inOrder})`,
  ];
  return prepared(
    `WITH ${tables.join(',\n')}
SELECT ${pageColumns(bind, search.limit)}, (SELECT count(*)::integer FROM in_order) AS in_order, ${overflow} AS overflow
FROM (SELECT key, doctor_id, card, row_number() OVER (ORDER BY key, doctor_id) AS place
  FROM (SELECT * FROM in_order UNION ALL ${movedPage(search, bind)}) found
  ORDER BY key, doctor_id LIMIT ${bind(search.limit + 1)}::bigint) page`,
    values,
  );
}

/** Who moved since a list's first page, and where each stood then. */
const movedSince = ({ sort }: Search, asOf: string, bind: Bind) => {
  const snapshot = `${bind(asOf)}::pg_snapshot`;
  return `moved AS MATERIALIZED (SELECT DISTINCT ON (doctor_id) doctor_id, key FROM (
    SELECT id, doctor_id, ${sortColumns[sort].key} AS key FROM doctor_moves
    WHERE moved_in >= pg_snapshot_xmin(${snapshot}) AND NOT pg_visible_in_snapshot(moved_in, ${snapshot})
    ORDER BY moved_in DESC LIMIT ${movesMax}) latest
  ORDER BY doctor_id, id)`;
};

/** Of those who moved, the ones whose place then was on this page or after it. */
function movedPage(search: Search, bind: Bind): string {
  const conditions = [
    'd.listed',
    ...after(search, 'm.key', 'm.doctor_id', bind),
    ...exactConditions(search, search.facets, bind),
  ];
  return `(SELECT m.key, m.doctor_id, d.card FROM moved m JOIN doctor_directory d ON d.doctor_id = m.doctor_id
  WHERE ${conditions.join(' AND ')} ORDER BY m.key, m.doctor_id LIMIT ${bind(search.limit + 1)}::bigint)`;
}

const unmoved = ({ after: position }: Search, doctorId: string) =>
  position ? [`${doctorId} NOT IN (SELECT doctor_id FROM moved)`] : [];

function candidatesFrom(search: Search, source: Source, bind: Bind): string {
  const limit = `LIMIT ${candidatesMax + 1}`;
  if (source.from === 'facets') {
    const slice = source.slice
      ? [`d.tags && (SELECT string_to_array(${bind(source.slice.join(','))}, ',') COLLATE "C")`]
      : [];
    const conditions = ['d.listed', ...indexedConditions(search, bind), ...slice];
    return `FROM doctor_directory d WHERE ${conditions.join(' AND ')} ${limit}`;
  }
  if (source.from === 'crm') {
    const number = bind(search.crm?.number ?? '');
    return `FROM doctor_directory d WHERE d.listed AND ltrim(d.crm_number, '0') = ltrim(${number}, '0') ${limit}`;
  }
  const conditions = [ofFacet(source.facet, bind), ...freeRange(search, 'o.next_key', bind)];
  return `FROM (SELECT o.doctor_id FROM doctor_orderings o WHERE ${conditions.join(' AND ')} ${limit}) o
  JOIN doctor_directory d ON d.doctor_id = o.doctor_id`;
}

const ofFacet = (facet: string, bind: Bind) => `o.facet = (SELECT search_key(${bind(facet)}))`;

const pageColumns = (bind: Bind, limit: number) => {
  const last = bind(limit);
  return `count(*)::integer AS found,
  '[' || coalesce(string_agg(card, ',' ORDER BY place) FILTER (WHERE place <= ${last}::integer), '') || ']' AS items,
  max(key) FILTER (WHERE place = ${last}::integer) AS last_key,
  max(doctor_id::text) FILTER (WHERE place = ${last}::integer) AS last_id,
  pg_current_snapshot()::text AS as_of`;
};

/** Rows that come after the page before, in the order of key and doctor. */
const after = ({ sort, after: position }: Search, key: string, doctorId: string, bind: Bind) =>
  position
    ? [
        `(${key}, ${doctorId}) > (${bind(position.key)}::${sortColumns[sort].type}, ${bind(position.doctorId)}::uuid)`,
      ]
    : [];

/** The part of the walk that a condition on the sort's own key leaves. */
function rangeOfOrder(search: Search, bind: Bind): string[] {
  const { sort, maxPriceCents, minRating } = search;
  if (sort === 'nextAvailable') return freeRange(search, 'o.next_key', bind);
  if (sort === 'price' && maxPriceCents !== undefined)
    return [`o.price_key <= ${bind(maxPriceCents)}::integer`];
  if (sort === 'rating' && minRating !== undefined) {
    return [`o.rating_key <= ${bind(Math.ceil(-minRating * 100))}::integer`];
  }
  return [];
}

const freeRange = ({ free }: Search, key: string, bind: Bind) =>
  free ? [`${key} >= ${bind(free.fromMs)}::bigint`, `${key} < ${bind(free.beforeMs)}::bigint`] : [];

/** What must hold of a doctor `d`. */
function exactConditions(search: Search, facets: string[], bind: Bind): string[] {
  const { minRating, maxPriceCents, words, crm } = search;
  return [
    ...(facets.length > 0 ? [`d.tags @> ${tagsOf(facets, bind)}`] : []),
    ...(maxPriceCents === undefined ? [] : [`d.consultation_price_cents <= ${bind(maxPriceCents)}::integer`]),
    ...(minRating === undefined ? [] : [`d.rating_average >= ${bind(minRating)}::double precision`]),
    ...freeRange(search, 'd.next_key', bind),
    ...(words.length > 0
      ? [`d.name_key LIKE ALL ((SELECT inside_patterns(${keysOf(words, bind)}))::text[])`]
      : []),
    ...(crm === undefined ? [] : [`ltrim(d.crm_number, '0') = ltrim(${bind(crm.number)}, '0')`]),
    ...(crm?.state === undefined ? [] : [`d.crm_state = ${bind(crm.state)}`]),
  ];
}

/** What the index on facets and names can answer: a superset of what the exact conditions leave. */
function indexedConditions(search: Search, bind: Bind): string[] {
  const { facets, minRating, maxPriceCents, words } = search;
  return [
    ...(facets.length > 0 ? [`d.tags @> ${tagsOf(facets, bind)}`] : []),
    ...(maxPriceCents === undefined
      ? []
      : [`d.tags && (SELECT price_tags_up_to(${bind(maxPriceCents)}::integer))`]),
    ...(minRating === undefined ? [] : [`d.tags && (SELECT rating_tags_from(${bind(minRating)}::numeric))`]),
    ...nameConditions(words, bind),
  ];
}

/** Whether everybody a walk meets fits, so that it needs no more rows than it answers. */
export const isWalkExact = (search: Search, facet: string): boolean =>
  search.facets.every((each) => each === facet) &&
  search.words.length === 0 &&
  search.crm === undefined &&
  (search.minRating === undefined || search.sort === 'rating') &&
  (search.maxPriceCents === undefined || search.sort === 'price') &&
  (search.free === undefined || search.sort === 'nextAvailable');

const separator = '\x1f';
const keysOf = (texts: string[], bind: Bind) =>
  `string_to_array(search_key(${bind(texts.join(separator))}), E'\\x1f')`;
const tagsOf = (facets: string[], bind: Bind) => `(SELECT ${keysOf(facets, bind)} COLLATE "C")`;

/** More words than this leave hardly fewer candidates. */
const indexedWordsMax = 3;

/** Three characters in a row have trigrams. A word without is found by pairs of neighbours, where all are so short. */
function nameConditions(words: string[], bind: Bind): string[] {
  const byLength = words.toSorted((a, b) => b.length - a.length);
  const withTrigrams = byLength.filter(hasTrigram).slice(0, indexedWordsMax);
  if (withTrigrams.length > 0) {
    return withTrigrams.map((word) => `d.name_key LIKE (SELECT inside_pattern(search_key(${bind(word)})))`);
  }
  return byLength
    .slice(0, 1)
    .map((word) => `search_pairs(d.name_key) @@ (SELECT pairs_query(search_key(${bind(word)})))`);
}

const hasTrigram = (word: string) => /[\p{L}\p{N}]{3}/u.test(word);

const names = new Map<string, string>();

function prepared(text: string, values: unknown[]): Statement {
  let name = names.get(text);
  if (!name) {
    name = `search_${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
    names.set(text, name);
  }
  return { name, text, values };
}
