import { inTransaction } from '@consulta/platform/database';
import { networkOf } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type { UserTables } from '../tables.ts';
import {
  admit,
  type Counter,
  counterOf,
  type Limit,
  type Places,
  secondsLocked,
  settle,
  type Verdict,
} from './counters.ts';

/*
 * Guards against guessing passwords (OWASP ASVS 5.0.0, 6.1.1 and 6.3.1). The choice, and why:
 *
 * - Wrong passwords in a row are counted per account and address: the 10th closes that pair for a minute, and
 *   each one after that for twice as long, up to 15 minutes. A stranger elsewhere therefore cannot lock the
 *   owner out; who shares the owner's address can, for minutes, and sessions that are open go on.
 * - They are also counted per account over all addresses, because a botnet has many: the 50th in a row closes
 *   the account for a minute, at most for five, except for addresses from which its owner signed in within 30
 *   days. Locking the account after 10 was rejected: it would hand every stranger the key.
 * - The same counts are kept per identifier, whether or not anybody has it, and only these are answered with
 *   429. What closes an account by one identifier shows in no answer to another: there the password is not
 *   believed, and the answer is that of a wrong one. Answering 429 was rejected: whoever locks an e-mail could
 *   then try CPFs and be told which one belongs to it.
 * - An attempt takes a place among those under way before the password is verified, on rows that this locks, and
 *   its verdict gives the place back. So guesses sent at once cannot beat the count, and what ends without a
 *   verdict (an overloaded hasher, a lost database, a suspended account) is not a wrong password.
 * - While closed, attempts neither count nor prolong it, and every answer comes after the same statements.
 */

export const pairLimit: Limit = { failuresMax: 10, firstLockSeconds: 60, lockSecondsMax: 900 };
export const accountLimit: Limit = { failuresMax: 50, firstLockSeconds: 60, lockSecondsMax: 300 };

/** Whose password is tried, and from where: by an identifier that perhaps nobody has, or by who is signed in. */
export type Attempt = { ip: string } & (
  | { identifier: string; userId: string | undefined }
  | { identifier?: undefined; userId: string }
);

/** A subject's counters. A silent guard that is closed is told to nobody. */
type Guard = { here: Counter; everywhere: Counter; silent: boolean };

/**
 * Makes one attempt at a password. `check` answers undefined for a wrong password, and throws what is no matter of
 * the password; it must not believe the password where it is told so. Throws 401 `invalid_credentials`, 429
 * `too_many_attempts` with the seconds to wait, and what `check` throws.
 *
 * @param onClosed is told of each counter that this attempt closes for a while
 */
export async function attempt<T>(
  db: Kysely<UserTables>,
  tried: Attempt,
  check: (believe: boolean) => Promise<T | undefined>,
  onClosed: () => void = () => {},
): Promise<T> {
  const guards = guardsOf(tried);
  const { places, closed } = await enter(db, guards);
  const leave = async (verdict: Verdict) => {
    for (const guard of guards) {
      // A closed account is charged nothing for what it was not asked.
      const told = guard === closed ? 'none' : verdict;
      for (const counter of [guard.here, guard.everywhere]) {
        if (await settle(db, counter, places.get(counter), told)) onClosed();
      }
    }
  };
  const found = await check(closed === undefined).catch(async (error: unknown) => {
    // Where the database is lost as well, the place comes back by itself.
    await leave('none').catch(() => {});
    throw error;
  });
  await leave(found === undefined ? 'wrong' : 'right');
  if (found === undefined) throw problem('invalid_credentials');
  return found;
}

function guardsOf({ identifier, userId, ip }: Attempt): Guard[] {
  const guard = (name: string, silent: boolean): Guard => ({
    here: counterOf(`${name} at ${networkOf(ip)}`, pairLimit),
    everywhere: counterOf(name, accountLimit),
    silent,
  });
  if (identifier === undefined) return [guard(`user ${userId}`, false)];
  // An identifier that nobody has costs the same work.
  const account = userId === undefined ? `nobody ${identifier}` : `user ${userId}`;
  return [guard(`identifier ${identifier}`, false), guard(account, true)];
}

/** Takes a place at every guard; throws 429 where one that is not silent is closed, and then takes none. */
const enter = (
  db: Kysely<UserTables>,
  guards: Guard[],
): Promise<{ places: Places; closed: Guard | undefined }> =>
  inTransaction(db, async (trx) => {
    const here = await admit(
      trx,
      pairLimit,
      guards.map((guard) => guard.here),
    );
    const everywhere = await admit(
      trx,
      accountLimit,
      guards.map((guard) => guard.everywhere),
    );
    const places = new Map([...here, ...everywhere]);
    const isOpen = (guard: Guard) =>
      here.has(guard.here) && (everywhere.has(guard.everywhere) || here.get(guard.here)?.familiar === true);
    const closed = guards.find((guard) => !isOpen(guard));
    if (closed && !closed.silent) {
      const full = [closed.here, closed.everywhere].filter((counter) => !places.has(counter));
      throw problem('too_many_attempts', undefined, { retryAfterSeconds: await secondsLocked(trx, full) });
    }
    return { places, closed };
  });
