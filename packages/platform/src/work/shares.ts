import { details } from '@consulta/contracts/details';
import { problem } from '../problems/problem.ts';

/** What people hold of something this process has only so much of. */
export type Shares = {
  /** Takes one for a person; answers how to give it back, undefined when they hold their share already. */
  tryTake: (userId: string) => (() => void) | undefined;
  /** The same, and throws 429 when they hold their share already. */
  take: (userId: string) => () => void;
};

/** Lets each person hold at most `max` at once. */
export function createShares(max: number): Shares {
  const held = new Map<string, number>();
  const tryTake = (userId: string) => {
    const count = held.get(userId) ?? 0;
    if (count >= max) return undefined;
    held.set(userId, count + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (held.get(userId) ?? 1) - 1;
      if (left > 0) held.set(userId, left);
      else held.delete(userId);
    };
  };
  const take = (userId: string) => {
    const giveBack = tryTake(userId);
    if (!giveBack) throw problem('rate_limited', details.atOnceMax(max));
    return giveBack;
  };
  return { tryTake, take };
}
