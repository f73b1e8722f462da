import type { Search } from './filter.ts';
import type { Statistics } from './statistics.ts';

/**
 * Cuts what is left of a list, from the search's position on, into a first part that is likely to fill the
 * page and further ones, each four times the one before and holding it. Nobody outside a part comes before
 * somebody within.
 *
 * @param candidates how many doctors likely fit
 */
export function slicesOf(
  search: Search,
  candidates: number,
  shareOfTag: Statistics['shareOfTag'],
): string[][] {
  const steps = stepsFrom(search);
  const slices: string[][] = [];
  let wanted = 3 * (search.limit + 1);
  let expected = 0;
  steps.forEach((step, index) => {
    expected += candidates * shareOfTag(step);
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

/** The step of prices that one falls into, as `price_step` in the migrations has it. */
export const priceStep = (cents: number) =>
  Math.floor(Math.log(Math.max(cents, 1000) / 1000) / Math.log(1.25));
const lastPriceStep = priceStep(100_000_000);
/** The initial of a name's key, as `initial_of` in the migrations has it. */
export const initialOf = (key: string) => (key < 'a' ? '' : key.charAt(0) > 'z' ? '~' : key.charAt(0));

/** The tags of prices and of ratings, in their order. */
export const priceTags = (first: number, last: number) => range(first, last).map((step) => `price:${step}`);
export const ratingTags = (best: number, worst: number) =>
  range(worst, best)
    .map((step) => `rating:${step}`)
    .reverse();
const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
