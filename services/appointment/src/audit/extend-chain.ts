import { advisoryLocks } from '@consulta/platform/database';
import type { Log } from '@consulta/platform/process';
import type pg from 'pg';
import { type AuditHeads, type Head, isSigned, signHead } from './audit-heads.ts';
import { type ChainRow, chainColumns, chainHash, genesisHash } from './chain.ts';
import type { TrailKey, TrailKeyStore } from './trail-key.ts';

/** What chaining stands on; the key and the heads lie outside the database. */
export type Trail = {
  pool: pg.Pool;
  heads: AuditHeads;
  keys: TrailKeyStore;
  log: Log;
  /** The clock that heads are dated by. */
  now: () => Temporal.Instant;
};
type End = { position: number; hash: Buffer };

/** Entries chained in one round. */
export const rowsMax = 5_000;

const lastSql = `SELECT position, hash FROM audit_entries WHERE position IS NOT NULL
  ORDER BY position DESC LIMIT 1`;
const unchainedSql = `SELECT ${chainColumns} FROM audit_entries WHERE position IS NULL ORDER BY id LIMIT $1`;
/** The lock outlives transactions, so it is the session of a process that stopped or vanished which must end. */
const takeSql = `SELECT pg_try_advisory_lock($1) AS taken, set_config('idle_session_timeout', '5s', false)`;
const giveBackSql = `SELECT pg_advisory_unlock_all(), set_config('idle_session_timeout', '0', false)`;
const chainSql = `UPDATE audit_entries e SET position = s.position, hash = s.hash
  FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS s (id, position, hash) WHERE e.id = s.id`;

/** The chain or its heads are not what was chained and recorded: nothing is chained until a person looks. */
export class ChainBroken extends Error {
  constructor(finding: string) {
    super(`${finding}; run audit:verify`);
    this.name = 'ChainBroken';
  }
}

/**
 * Gives up to 5,000 entries their place in the chain and answers how many. The head is recorded under the same lock
 * after the commit, so it never runs ahead of the database. Throws {@link ChainBroken}.
 */
export async function extendChain(trail: Trail): Promise<number> {
  const client = await trail.pool.connect();
  try {
    const { rows } = await client.query<{ taken: boolean }>(takeSql, [advisoryLocks.auditSealing]);
    const chained = rows[0]?.taken ? await extendLocked(client, trail) : 0;
    await client.query(giveBackSql);
    client.release();
    return chained;
  } catch (error) {
    // The lock ends with its connection.
    client.release(true);
    throw error;
  }
}

async function extendLocked(client: pg.PoolClient, trail: Trail): Promise<number> {
  const end = await endOf(client);
  const trailKey = (await trail.keys.read()) ?? (await takeOver(client, trail, end));
  const recorded = await trustedHead(trail, trailKey, end);
  await assertContains(client, recorded);
  const { rows } = await client.query<ChainRow>({
    name: 'audit_unsealed',
    text: unchainedSql,
    values: [rowsMax],
  });
  const chained = chain(rows, end, trailKey.key);
  if (chained.length > 0) {
    await client.query(chainSql, [
      chained.map(({ id }) => id),
      chained.map(({ position }) => position),
      chained.map(({ hash }) => hash),
    ]);
  }
  const { position, hash } = chained.at(-1) ?? end;
  if (position > recorded.position) await record(trail, trailKey, { position, hash: hash.toString('hex') });
  return chained.length;
}

async function endOf(client: pg.PoolClient): Promise<End> {
  const { rows } = await client.query<End>(lastSql);
  return rows[0] ?? { position: 0, hash: genesisHash };
}

function chain(rows: ChainRow[], after: End, key: Buffer): (End & { id: number })[] {
  let end = after;
  return rows.map((row) => {
    const position = end.position + 1;
    end = { position, hash: chainHash(end.hash, position, row, key) };
    return { id: row.id, ...end };
  });
}

/**
 * Begins the keyed chain: at position 0 of a new trail, or where versions without a key left off. What they
 * recorded is believed this once; where the keyed chain began is kept with the key, so nobody can repeat it.
 */
async function takeOver(client: pg.PoolClient, { heads, keys, log }: Trail, end: End): Promise<TrailKey> {
  const latest = await heads.latest();
  if (latest?.signature)
    throw new ChainBroken('the key that signed the recorded audit heads is gone: restore it');
  if (latest) await assertContains(client, latest);
  const since = { position: end.position, hash: end.hash.toString('hex') };
  const trailKey = await keys.make(since);
  if (end.position > 0) {
    log.warn({ audit: since }, 'the audit trail of an earlier version was taken over as it is, once');
  }
  return trailKey;
}

/** The last recorded head; where nothing is chained under the key yet, the place where its chain begins. */
async function trustedHead(trail: Trail, trailKey: TrailKey, end: End): Promise<Head> {
  const { since, key } = trailKey;
  const latest = await trail.heads.latest();
  if (latest && isSigned(key, latest) && latest.position >= since.position) return latest;
  if (latest && latest.position > since.position) {
    throw new ChainBroken(`the recorded audit head at position ${latest.position} is not signed`);
  }
  if (end.position !== since.position) throw new ChainBroken('the recorded audit heads are missing');
  return record(trail, trailKey, since);
}

async function record(
  { heads, log, now }: Trail,
  { key }: TrailKey,
  end: { position: number; hash: string },
): Promise<Head> {
  const head = signHead(key, { ...end, at: now().toString({ fractionalSecondDigits: 3 }) });
  // Logs usually leave the machine: what they say of a head holds even where all files are put back.
  if (await heads.record(head)) log.info({ audit: end }, 'audit head');
  return head;
}

async function assertContains(client: pg.PoolClient, head: Head): Promise<void> {
  if (head.position === 0) return;
  const { rows } = await client.query<{ hash: Buffer }>(
    'SELECT hash FROM audit_entries WHERE position = $1',
    [head.position],
  );
  if (rows[0]?.hash.toString('hex') !== head.hash) {
    throw new ChainBroken(`the audit chain does not contain the recorded head at position ${head.position}`);
  }
}
