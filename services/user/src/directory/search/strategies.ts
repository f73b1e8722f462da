import { plainText } from '@consulta/contracts';
import type { Search } from './filter.ts';
import type { Statistics } from './statistics.ts';

/** A way to answer a search, and how many rows it is likely to read. `facet`: whose doctors are gone through. */
export type Strategy =
  | { kind: 'walk' | 'soon'; facet: string; rows: number }
  | { kind: 'facets' | 'slices' | 'crm'; rows: number };

/** What a bitmap costs before its first row, in rows of a walk. */
const bitmapOverhead = 40;
/** And for each candidate that is in the lists of the index but in another slice. */
const skippedCost = 1 / 30;

/**
 * The ways to answer a search, the likely cheapest first. Shares are multiplied as if values were independent;
 * where they are not, the first way gives up at its bound and the next one is tried.
 */
export function rankStrategies(search: Search, statistics: Statistics): Strategy[] {
  if (search.crm) return [{ kind: 'crm', rows: 1 }];
  const { doctors } = statistics;
  const facet = rarestOrderedFacet(search, statistics);
  const shares = conditionShares(search, statistics, facet);
  const among = (shared: Share[]) => doctors * shared.reduce((all, { share }) => all * share, 1);

  const passed = among(shares.filter(({ walked }) => walked));
  const fitting = among(shares);
  const strategies: Strategy[] = [
    { kind: 'walk', facet, rows: Math.min(((search.limit + 1) * passed) / Math.max(fitting, 1e-9), passed) },
  ];
  const indexed = shares.filter((each) => each.indexed);
  if (indexed.length > 0) {
    const candidates = among(indexed);
    strategies.push({ kind: 'facets', rows: bitmapOverhead + candidates });
    if (search.sort !== 'nextAvailable') {
      const rows = 4 * bitmapOverhead + 4 * search.limit + candidates * skippedCost;
      strategies.push({ kind: 'slices', rows });
    }
  }
  if (search.free && search.sort !== 'nextAvailable') {
    strategies.push({ kind: 'soon', facet, rows: bitmapOverhead + among(shares.filter(({ soon }) => soon)) });
  }
  return strategies.sort((a, b) => a.rows - b.rows);
}

/** Of the search's facets that have an order of their own, the one with the fewest doctors; '' without any. */
export function rarestOrderedFacet(search: Search, statistics: Statistics): string {
  const ordered = search.facets.filter((facet) => /^(specialty|city|state):/.test(facet));
  const shareOf = (facet: string) => statistics.shareOfTag(plainText(facet));
  return ordered.sort((a, b) => shareOf(a) - shareOf(b))[0] ?? '';
}

/** `walked`: the walk meets no others. `indexed`, `soon`: the candidates of that way fit it. */
type Share = { share: number; walked?: boolean; indexed?: boolean; soon?: boolean };

function conditionShares(search: Search, statistics: Statistics, facet: string): Share[] {
  const { sort, free, minRating, maxPriceCents, name } = search;
  const ofTag = (each: string) => statistics.shareOfTag(plainText(each));
  const shares: Share[] = search.facets.map((each) => ({
    share: ofTag(each),
    indexed: true,
    walked: each === facet,
    soon: each === facet,
  }));
  if (free) {
    const share = statistics.shareFreeBefore(free.beforeMs);
    shares.push({ share, walked: sort === 'nextAvailable', soon: true });
  }
  if (maxPriceCents !== undefined) {
    const share = sum(priceTags(0, priceStep(maxPriceCents)).map(ofTag));
    shares.push({ share, walked: sort === 'price', indexed: true });
  }
  if (minRating !== undefined) {
    const share = sum(ratingTags(50, Math.floor(minRating * 10)).map(ofTag));
    shares.push({ share, walked: sort === 'rating', indexed: true });
  }
  if (name !== undefined) shares.push({ share: statistics.shareOfName(name), indexed: true });
  return shares;
}

const sum = (shares: number[]) =>
  Math.min(
    1,
    shares.reduce((all, share) => all + share, 0),
  );

/**
 * Cuts what is left of a list, from the search's position on, into a first part that is likely to fill the
 * page and further ones, each four times the one before and holding it. Nobody outside a part comes before
 * somebody within.
 */
export function slicesOf(search: Search, statistics: Statistics): string[][] {
  const candidates =
    statistics.doctors *
    conditionShares(search, statistics, '')
      .filter(({ indexed }) => indexed)
      .reduce((all, { share }) => all * share, 1);
  const steps = stepsFrom(search);
  const slices: string[][] = [];
  let wanted = 3 * (search.limit + 1);
  let expected = 0;
  steps.forEach((step, index) => {
    expected += candidates * statistics.shareOfTag(step);
    if (expected < wanted && index < steps.length - 1) return;
    slices.push(steps.slice(0, index + 1));
    wanted = 4 * expected;
  });
  return slices;
}

/** The tags that follow each other in the order asked for, beginning with that of the search's position. */
function stepsFrom({ sort, after }: Search): string[] {
  const key = after?.key;
  if (sort === 'price') return priceTags(key === undefined ? 0 : priceStep(Number(key)), lastPriceStep);
  if (sort === 'rating') {
    const best = key === undefined ? 50 : Math.floor(-Number(key) / 10);
    return [...(best >= 10 ? ratingTags(best, 10) : []), 'rating:0'];
  }
  const initials = ['', ...'abcdefghijklmnopqrstuvwxyz', '~'];
  const first = typeof key === 'string' ? initials.indexOf(initialOf(key)) : 0;
  return initials.slice(first).map((initial) => `initial:${initial}`);
}

/** As `price_step` in the migrations. */
const priceStep = (cents: number) => Math.floor(Math.log(Math.max(cents, 1000) / 1000) / Math.log(1.25));
const lastPriceStep = priceStep(100_000_000);
/** As `initial_of` in the migrations. */
const initialOf = (key: string) => (key < 'a' ? '' : key.charAt(0) > 'z' ? '~' : key.charAt(0));

const priceTags = (first: number, last: number) => range(first, last).map((step) => `price:${step}`);
const ratingTags = (best: number, worst: number) =>
  range(worst, best)
    .map((step) => `rating:${step}`)
    .reverse();
const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
