import { type Log, type WakeableLoop, wakeableLoop } from '@consulta/platform';
import type pg from 'pg';
import { type ChainRow, chainColumns, chainHash, genesisHash } from './chain.ts';
import type { Head, HeadStore } from './head-store.ts';

const lockKey = 727_401_400;
const rowsMax = 5_000;

const lastSql = `SELECT position, hash FROM audit_entries WHERE position IS NOT NULL
  ORDER BY position DESC LIMIT 1`;
const unsealedSql = `SELECT ${chainColumns} FROM audit_entries WHERE position IS NULL ORDER BY id LIMIT $1`;
const sealSql = `UPDATE audit_entries e SET position = s.position, hash = s.hash
  FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS s (id, position, hash) WHERE e.id = s.id`;

/** The chain in the database is not the one whose head was recorded: nothing is sealed until a person looks. */
export class ChainBroken extends Error {
  constructor(head: Head) {
    super(
      `the audit chain does not contain the recorded head at position ${head.position}; run audit:verify`,
    );
    this.name = 'ChainBroken';
  }
}

/**
 * Gives new audit entries their position and hash, at least once a second, and records the head outside the
 * database. Any number of processes may run one: a lock lets one seal at a time.
 */
export const startAuditSealer = (deps: { pool: pg.Pool; heads: HeadStore; log: Log }): WakeableLoop =>
  wakeableLoop({
    name: 'audit sealer',
    idleMs: 1_000,
    spacingMs: 250,
    round: async () => (await sealAudit(deps.pool, deps.heads)) === rowsMax,
    log: deps.log,
  });

/**
 * Seals up to 5,000 entries and answers how many. The head is recorded under the same lock after the commit,
 * so it never runs ahead of the database. Throws {@link ChainBroken}.
 */
export async function sealAudit(pool: pg.Pool, heads: HeadStore): Promise<number> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      lockKey,
    ]);
    if (!rows[0]?.taken) return 0;
    try {
      return await sealLocked(client, heads);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
    }
  } finally {
    client.release();
  }
}

async function sealLocked(client: pg.PoolClient, heads: HeadStore): Promise<number> {
  const recorded = await heads.latest();
  if (recorded) await assertContains(client, recorded);
  const { rows: ends } = await client.query<{ position: number; hash: Buffer }>(lastSql);
  const { rows } = await client.query<ChainRow>({
    name: 'audit_unsealed',
    text: unsealedSql,
    values: [rowsMax],
  });
  let end = ends[0] ?? { position: 0, hash: genesisHash };
  const sealed = rows.map((row) => {
    const position = end.position + 1;
    end = { position, hash: chainHash(end.hash, position, row) };
    return { id: row.id, ...end };
  });
  if (sealed.length > 0) {
    await client.query(sealSql, [
      sealed.map(({ id }) => id),
      sealed.map(({ position }) => position),
      sealed.map(({ hash }) => hash),
    ]);
  }
  if (end.position > (recorded?.position ?? 0)) {
    await heads.record({ position: end.position, hash: end.hash.toString('hex') });
  }
  return sealed.length;
}

async function assertContains(client: pg.PoolClient, head: Head): Promise<void> {
  const { rows } = await client.query<{ hash: Buffer }>(
    'SELECT hash FROM audit_entries WHERE position = $1',
    [head.position],
  );
  if (rows[0]?.hash.toString('hex') !== head.hash) throw new ChainBroken(head);
}
