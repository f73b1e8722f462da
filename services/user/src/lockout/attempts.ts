import { createHash } from 'node:crypto';
import { networkOf, problem } from '@consulta/platform';
import { type Kysely, sql } from 'kysely';
import type { UserTables } from '../tables.ts';

/*
 * Guards against guessing passwords (OWASP ASVS 5.0.0, 6.1.1 and 6.3.1). The choice, and why:
 *
 * - Wrong passwords in a row are counted per account and address: the 10th closes that pair for a minute, and
 *   each one after that for twice as long, up to 15 minutes. A stranger elsewhere therefore cannot lock the
 *   owner out; who shares the owner's address can, for minutes, and sessions that are open go on.
 * - They are also counted per account over all addresses, because a botnet has many: the 50th in a row closes
 *   the account for a minute, at most for five, except for addresses from which its owner signed in within 30
 *   days. Locking the account after 10 was rejected: it would hand every stranger the key.
 * - Each attempt is charged as a failure before the password is verified, in one statement on a row that it
 *   locks, and a success takes the charge back. So guesses sent at once cannot beat the count.
 * - While closed, attempts neither count nor prolong it. Unknown identifiers are counted like accounts, so
 *   that the answers do not tell them apart.
 */

type Limit = { failuresMax: number; firstLockSeconds: number; lockSecondsMax: number };
export const pairLimit: Limit = { failuresMax: 10, firstLockSeconds: 60, lockSecondsMax: 900 };
export const accountLimit: Limit = { failuresMax: 50, firstLockSeconds: 60, lockSecondsMax: 300 };

/** Whose password is guessed: a known account, or an identifier nobody has. */
export type Target = { userId: string } | { identifier: string };

type Keys = { pair: Buffer; account: Buffer };

/**
 * Charges an attempt on an account from an address, before its password is verified. Throws 429
 * `too_many_attempts` with the seconds to wait. Answers how to take the charge back after a success.
 */
export async function chargeAttempt(
  db: Kysely<UserTables>,
  target: Target,
  ip: string,
): Promise<{ succeeded: () => Promise<void> }> {
  const keys = keysOf(target, ip);
  const pair = await charge(db, keys.pair, pairLimit);
  if (!pair.charged) throw tooMany(pair.waitSeconds);
  const account = await charge(db, keys.account, accountLimit);
  if (!account.charged && !pair.familiar) throw tooMany(account.waitSeconds);
  return { succeeded: () => forgive(db, keys) };
}

function keysOf(target: Target, ip: string): Keys {
  const name = 'userId' in target ? `user ${target.userId}` : `nobody ${target.identifier}`;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return { pair: digest(`${name} at ${networkOf(ip)}`), account: digest(name) };
}

const tooMany = (retryAfterSeconds: number) => problem('too_many_attempts', undefined, { retryAfterSeconds });

type Charge = { charged: boolean; familiar: boolean; waitSeconds: number };

/** One failure more, unless the key is closed now. A row not charged for a day starts anew. */
async function charge(db: Kysely<UserTables>, key: Buffer, limit: Limit): Promise<Charge> {
  const { rows } = await sql<{ familiar: boolean | null }>`
    INSERT INTO login_attempts AS a (key, failures) VALUES (${key}, 1)
    ON CONFLICT (key) DO UPDATE SET
      failures = CASE WHEN a.charged_at < now() - interval '1 day' THEN 1 ELSE a.failures + 1 END,
      charged_at = clock_timestamp(),
      locked_until = CASE WHEN a.charged_at >= now() - interval '1 day' AND a.failures + 1 >= ${limit.failuresMax}
        THEN clock_timestamp() + interval '1 second' * least(${limit.lockSecondsMax}::float8,
          ${limit.firstLockSeconds} * 2 ^ least(a.failures + 1 - ${limit.failuresMax}, 30)) END
    WHERE a.locked_until IS NULL OR a.locked_until <= clock_timestamp()
    RETURNING succeeded_at > now() - interval '30 days' AS familiar`.execute(db);
  if (rows[0]) return { charged: true, familiar: rows[0].familiar === true, waitSeconds: 0 };
  return { charged: false, familiar: false, waitSeconds: await secondsLocked(db, key) };
}

async function secondsLocked(db: Kysely<UserTables>, key: Buffer): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    SELECT greatest(1, ceil(extract(epoch FROM locked_until - clock_timestamp())))::int AS seconds
    FROM login_attempts WHERE key = ${key}`.execute(db);
  return rows[0]?.seconds ?? 1;
}

async function forgive(db: Kysely<UserTables>, keys: Keys): Promise<void> {
  await sql`UPDATE login_attempts
    SET failures = 0, locked_until = NULL, succeeded_at = CASE WHEN key = ${keys.pair} THEN now() END
    WHERE key IN (${keys.pair}, ${keys.account})`.execute(db);
}

/** Drops counts that no longer matter. */
export const forgetOldAttempts = (db: Kysely<UserTables>) =>
  sql`DELETE FROM login_attempts WHERE charged_at < now() - interval '1 day'
    AND (succeeded_at IS NULL OR succeeded_at < now() - interval '30 days')`.execute(db);
