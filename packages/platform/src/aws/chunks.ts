/** SNS and SQS take up to ten messages a call. */
export const callMax = 10;

/** Parts of at most {@link callMax}. */
export function inCalls<Item>(items: readonly Item[]): Item[][] {
  const calls: Item[][] = [];
  for (let from = 0; from < items.length; from += callMax) calls.push(items.slice(from, from + callMax));
  return calls;
}
