import { plainText } from '@consulta/contracts';
import type { Search } from './filter.ts';
import { priceStep, priceTags, ratingTags } from './slices.ts';
import type { Statistics } from './statistics.ts';

/**
 * The share of doctors who fit one condition. `walked`: the walk meets no others. `indexed`, `soon`: the candidates of
 * that way fit it.
 */
export type Share = { share: number; walked?: boolean; indexed?: boolean; soon?: boolean };

/** How many doctors likely fit all of these conditions. */
export const fittingDoctors = ({ doctors }: Statistics, shares: Share[]): number =>
  doctors * shares.reduce((all, { share }) => all * share, 1);

/** Of the search's facets that have an order of their own, the one with the fewest doctors; '' without any. */
export function rarestOrderedFacet(search: Search, statistics: Statistics): string {
  const ordered = search.facets.filter((facet) => /^(specialty|city|state):/.test(facet));
  const shareOf = (facet: string) => statistics.shareOfTag(plainText(facet));
  return ordered.sort((a, b) => shareOf(a) - shareOf(b))[0] ?? '';
}

/** The search's conditions. @param facet whose doctors a walk goes through */
export function sharesOf(search: Search, statistics: Statistics, facet: string): Share[] {
  const { sort, free, minRating, maxPriceCents, words } = search;
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
  for (const word of words) shares.push({ share: statistics.shareOfName(word), indexed: true });
  return shares;
}

const sum = (shares: number[]) =>
  Math.min(
    1,
    shares.reduce((all, share) => all + share, 0),
  );
