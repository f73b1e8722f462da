import { fittingDoctors, rarestOrderedFacet, sharesOf } from './estimates.ts';
import type { Search } from './filter.ts';
import { slicesOf } from './slices.ts';
import {
  candidatesStatement,
  isWalkExact,
  type SearchRow,
  type Source,
  type Statement,
  walkStatement,
} from './statements.ts';
import type { Statistics } from './statistics.ts';

/** A statement, and whether what it found is the page that was asked for. */
export type Try = { statement: Statement; isPage: (row: SearchRow) => boolean };

/** A way to answer a search: the rows it likely reads, and what it tries, the narrower before the wider. */
export type Way = { rows: number; tries: () => Iterable<Try> };

/** What a bitmap costs before its first row, in rows of a walk. */
const bitmapOverhead = 40;
/** And for each candidate that is in the lists of the index but in another slice. */
const skippedCost = 1 / 30;
/** A walk may read so many times what it likely needs before it gives up, within these bounds. */
const walkPatience = 4;
const walkRows = { min: 400, max: 4_000 };

/**
 * The ways to answer a search, the likely cheapest first. Each is bounded and may give up, but for the last, which
 * walks the order to its end: that takes conditions that are common but hardly ever meet early in the order. Shares are
 * multiplied as if values were independent; where they are not, a way gives up at its bound and the next is tried.
 */
export function waysOf(search: Search, statistics: Statistics): Way[] {
  const facet = rarestOrderedFacet(search, statistics);
  const bounded = search.crm
    ? [candidates(search, { from: 'crm' }, 1)]
    : rankedWays(search, statistics, facet);
  return [...bounded, walkToTheEnd(search, facet)];
}

function rankedWays(search: Search, statistics: Statistics, facet: string): Way[] {
  const shares = sharesOf(search, statistics, facet);
  const among = (part: typeof shares) => fittingDoctors(statistics, part);
  const ways = [
    walk(search, facet, { passed: among(shares.filter(({ walked }) => walked)), fitting: among(shares) }),
  ];
  const indexed = shares.filter((share) => share.indexed);
  if (indexed.length > 0) {
    ways.push(candidates(search, { from: 'facets' }, bitmapOverhead + among(indexed)));
    if (search.sort !== 'nextAvailable') ways.push(slices(search, statistics.shareOfTag, among(indexed)));
  }
  if (search.free && search.sort !== 'nextAvailable') {
    const rows = bitmapOverhead + among(shares.filter(({ soon }) => soon));
    ways.push(candidates(search, { from: 'soon', facet }, rows));
  }
  return ways.sort((a, b) => a.rows - b.rows);
}

/** Good when many fit. @param doctors how many the walk passes, and how many fit */
function walk(search: Search, facet: string, doctors: { passed: number; fitting: number }): Way {
  const { limit } = search;
  const rows = Math.min(((limit + 1) * doctors.passed) / Math.max(doctors.fitting, 1e-9), doctors.passed);
  return {
    rows,
    *tries() {
      if (isWalkExact(search, facet)) {
        // On later pages it also passes those who moved, and stops at a full page by itself.
        const budget = search.after ? null : limit + 1;
        yield { statement: walkStatement(search, facet, budget), isPage: () => true };
        return;
      }
      const most = Math.max(walkRows.max, 40 * limit);
      const budget = Math.min(most, Math.max(walkRows.min, Math.ceil(rows * walkPatience)));
      yield { statement: walkStatement(search, facet, budget), isPage: (row) => row.in_order > limit };
    },
  };
}

/** Good when few fit. */
const candidates = (search: Search, source: Source, rows: number): Way => ({
  rows,
  *tries() {
    yield { statement: candidatesStatement(search, source), isPage: () => true };
  },
});

/** Good when many fit but come late in the order. A part that does not fill the page is followed by a wider one. */
const slices = (search: Search, shareOfTag: Statistics['shareOfTag'], fitting: number): Way => ({
  rows: 4 * bitmapOverhead + 4 * search.limit + fitting * skippedCost,
  *tries() {
    const parts = slicesOf(search, fitting, shareOfTag);
    for (const [index, slice] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const statement = candidatesStatement(search, { from: 'facets', slice });
      yield { statement, isPage: (row) => row.in_order > search.limit || isLast };
    }
  },
});

const walkToTheEnd = (search: Search, facet: string): Way => ({
  rows: Number.POSITIVE_INFINITY,
  *tries() {
    yield { statement: walkStatement(search, facet, null), isPage: () => true };
  },
});
