import { createHmac } from 'node:crypto';
import { type BookingStanding, details } from '@consulta/contracts';
import { advisoryLockSeeds } from '@consulta/platform/database';
import type { NamedKeys } from '@consulta/platform/encryption';
import { networkOf } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Log, type Metrics, refusalReporter } from '@consulta/platform/process';
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import type { RegistrationLimits } from '../config.ts';
import { registrationRefusals } from '../metrics.ts';
import type { UserTables } from '../tables.ts';

/**
 * What is made of the network an account comes from. It is kept hashed under a key outside the database and for as long
 * as the account counts as new (LGPD art. 6 III, 16: no more and no longer than the purpose needs).
 */
export type NetworkLimits = {
  key: Buffer;
  /** With more new accounts than this a network's are `crowded`. */
  crowdedAbove: number;
  /** Accounts made on one network. A carrier puts many homes behind one address, so these are generous. */
  perHour: number;
  perDay: number;
  /** Called when a registration was refused for them. */
  onRefused: (reason: 'network') => void;
};

const refusals = {
  counted: registrationRefusals,
  message: 'accounts are refused: one network makes as many as it may',
};

/** Limits by these numbers, under a key of their own, whose refusals administrators hear of. */
export async function networkLimits(
  numbers: RegistrationLimits,
  { keyRing, log, metrics }: { keyRing: NamedKeys; log: Log; metrics: Metrics },
): Promise<NetworkLimits> {
  const { key } = await keyRing.makeNamedKey('registration networks', '');
  return { ...numbers, key, onRefused: refusalReporter({ log, metrics }, refusals) };
}

/** How long an account counts as new. */
const newInterval = sql`interval '7 days'`;

/** A network as it is kept: the same for all its addresses, and no address by itself. */
export const networkHash = (key: Buffer, ip: string): Buffer =>
  createHmac('sha256', key).update(networkOf(ip)).digest();

/** Throws 429 `rate_limited` when a network has made as many accounts as it may for now. */
export async function assertMayRegister(
  db: QueryExecutorProvider,
  network: Buffer,
  { perHour, perDay, onRefused }: NetworkLimits,
): Promise<void> {
  const waitAfter = (most: number, interval: string) => sql`SELECT ceil(extract(epoch FROM
      at + ${interval}::interval - clock_timestamp()))::integer AS seconds FROM registration_networks
    WHERE network = ${network} AND at > now() - ${interval}::interval ORDER BY at DESC OFFSET ${most - 1} LIMIT 1`;
  const { rows } = await sql<{ seconds: number | null }>`SELECT max(seconds)::integer AS seconds FROM (
    (${waitAfter(perHour, '1 hour')}) UNION ALL (${waitAfter(perDay, '1 day')})) AS waits`.execute(db);
  const seconds = rows[0]?.seconds;
  if (typeof seconds !== 'number') return;
  onRefused('network');
  throw problem('rate_limited', details.accountsOfNetwork, {
    retryAfterSeconds: Math.max(1, seconds),
  });
}

/**
 * Remembers where an account was made, in the transaction that makes it. Registrations of one network take turns, so
 * that many at once, wherever they are handled, pass the limits no more than others.
 */
export async function rememberNetwork(
  trx: QueryExecutorProvider,
  userId: string,
  network: Buffer,
  limits: NetworkLimits,
): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(
    ${network.toString('hex')}, ${advisoryLockSeeds.registrationNetwork}))`.execute(trx);
  await assertMayRegister(trx, network, limits);
  // The clock, not the transaction's start, which lies before the turns of others.
  await sql`INSERT INTO registration_networks (user_id, network, at)
    VALUES (${userId}, ${network}, clock_timestamp())`.execute(trx);
}

/** How far accounts are trusted with bookings; unknown ids are left out. */
export async function standingsOf(
  db: Kysely<UserTables>,
  ids: string[],
  crowdedAbove: number,
): Promise<{ id: string; standing: BookingStanding }[]> {
  const { rows } = await sql<{ id: string; standing: BookingStanding }>`
    SELECT u.id, CASE WHEN u.created_at <= now() - ${newInterval} THEN 'established'
      WHEN (SELECT count(*) FROM (
          SELECT FROM registration_networks o WHERE o.network = n.network AND o.at > now() - ${newInterval}
          LIMIT ${crowdedAbove + 1}) AS neighbours) > ${crowdedAbove} THEN 'crowded'
      ELSE 'new' END AS standing
    FROM users u LEFT JOIN registration_networks n ON n.user_id = u.id
    WHERE u.id = ANY (${ids}::uuid[])`.execute(db);
  return rows;
}

/** Drops networks of accounts that are no longer new. */
export const forgetOldNetworks = (db: QueryExecutorProvider) =>
  sql`DELETE FROM registration_networks WHERE at < now() - ${newInterval}`.execute(db);
