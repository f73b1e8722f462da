import { plainText } from '@consulta/contracts';
import type { Search } from './filter.ts';
import { hasIndexedCondition, type Strategy } from './statements.ts';
import type { Statistics } from './statistics.ts';

/** A statement to try, and how many rows it is likely to read. */
export type Estimate = { strategy: Strategy; rows: number };

/** What a bitmap costs before its first row, in rows of a walk. */
const narrowOverhead = 40;

/**
 * The ways to answer a search, the likely cheapest first. Shares are multiplied as if values were independent;
 * where they are not, the first statement gives up at its bound and the next one is tried.
 */
export function rankStrategies(search: Search, statistics: Statistics): Estimate[] {
  if (search.crm) return [{ strategy: 'crm', rows: 1 }];
  const { doctors } = statistics;
  const shares = sharesOf(search, statistics);
  const walkShare = product(shares.filter(({ implied }) => !implied));
  const estimates: Estimate[] = [
    { strategy: 'ordered', rows: Math.min((search.limit + 1) / walkShare, doctors * shares[0].share) },
  ];
  if (hasIndexedCondition(search)) {
    const rows = narrowOverhead + doctors * product(shares.filter(({ indexed }) => indexed));
    estimates.push({ strategy: 'facets', rows });
  }
  if (search.free && search.sort !== 'nextAvailable') {
    const rows = narrowOverhead + doctors * product(shares.filter(({ soon }) => soon));
    estimates.push({ strategy: 'soon', rows });
  }
  return estimates.sort((a, b) => a.rows - b.rows);
}

/** `implied`: the walk never meets others. `indexed`, `soon`: that statement's candidates fit it. */
type Share = { share: number; implied?: boolean; indexed?: boolean; soon?: boolean };

function sharesOf(search: Search, statistics: Statistics): [Share, ...Share[]] {
  const { sort, specialty, free, minRating, maxPriceCents, name } = search;
  const ofTag = (facet: string) => statistics.shareOfTag(plainText(facet));
  const shares: [Share, ...Share[]] = [
    { share: specialty ? ofTag(specialty) : 1, implied: true, indexed: true, soon: true },
  ];
  for (const facet of search.facets) shares.push({ share: ofTag(facet), indexed: true });
  if (free) {
    const share = statistics.shareFreeBefore(free.beforeMs);
    shares.push({ share, implied: sort === 'nextAvailable', soon: true });
  }
  if (maxPriceCents !== undefined) {
    const share = sum(priceTagsUpTo(maxPriceCents).map(ofTag));
    shares.push({ share, implied: sort === 'price', indexed: true });
  }
  if (minRating !== undefined) {
    const share = sum(ratingTagsFrom(minRating).map(ofTag));
    shares.push({ share, implied: sort === 'rating', indexed: true });
  }
  if (name !== undefined) shares.push({ share: statistics.shareOfName(name), indexed: true });
  return shares;
}

const product = (shares: Share[]) => shares.reduce((all, { share }) => all * share, 1);
const sum = (shares: number[]) =>
  Math.min(
    1,
    shares.reduce((all, share) => all + share, 0),
  );

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

/** As `price_tags_up_to` in the migrations. */
const priceTagsUpTo = (cents: number) =>
  range(0, Math.floor(Math.log(Math.max(cents, 1000) / 1000) / Math.log(1.25))).map(
    (step) => `price:${step}`,
  );
/** As `rating_tags_from` in the migrations. */
const ratingTagsFrom = (average: number) =>
  range(Math.floor(average * 10), 50).map((step) => `rating:${step}`);
