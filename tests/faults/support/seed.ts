import { type Random, seeded } from '../../support/random.ts';

/** What every round is drawn from; a failing test names it in its title, and `SEED=…` repeats it. */
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));

/** Random numbers of one file of rounds, so that files may run in any order. */
export const randomOf = (file: number): Random => seeded(seed * 16 + file);

/** The rounds in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random.unit() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
