import type pg from 'pg';
import { type ChainRow, chainColumns, chainHash, genesisHash } from './chain.ts';
import type { Head, HeadStore } from './head-store.ts';

export type AuditFault = {
  kind: 'changed' | 'removed' | 'inserted' | 'cut_off' | 'rewritten' | 'head_missing';
  /** Where in the chain; the first position of a gap. */
  position: number | null;
  /** The entry's id, where there is one. */
  entryId: number | null;
  detail: string;
};

export type AuditVerdict = {
  /** Sealed entries checked. */
  rows: number;
  /** Entries still waiting for the sealer. */
  unsealed: number;
  seconds: number;
  /** In order of position, at most {@link faultsMax}. */
  faults: AuditFault[];
};

/** Faults reported before the walk is cut short: after so many the rest says nothing new. */
export const faultsMax = 100;

/** Entries arrive in order of time but for the length of a transaction; more than this is back-dated. */
const backdatedUs = 600_000_000;

type SealedRow = ChainRow & { position: number; hash: Buffer };
type Walk = {
  position: number;
  hash: Buffer | undefined;
  latestUs: number;
  rows: number;
  faults: AuditFault[];
};

const pageSql = `SELECT position, hash, ${chainColumns} FROM audit_entries WHERE position > $1
  ORDER BY position LIMIT 10000`;

/**
 * Walks the whole chain, computes every hash anew and compares it with the heads kept outside the database.
 * Finds and names changed, removed, inserted and cut off entries. Entries beyond the last recorded head are
 * chained but not yet vouched for from outside.
 */
export async function verifyAudit(pool: pg.Pool, headStore: HeadStore): Promise<AuditVerdict> {
  const startedMs = performance.now();
  const heads = await headStore.all();
  const headAt = new Map(heads.map((head) => [head.position, head]));
  const walk: Walk = { position: 0, hash: genesisHash, latestUs: 0, rows: 0, faults: [] };
  for (;;) {
    const { rows } = await pool.query<SealedRow>({
      name: 'audit_page',
      text: pageSql,
      values: [walk.position],
    });
    for (const row of rows) step(walk, row, headAt.get(row.position));
    if (rows.length < 10_000 || walk.faults.length >= faultsMax) break;
  }
  checkEnd(walk, heads.at(-1));
  const unsealed = await checkUnsealed(pool, walk);
  const seconds = (performance.now() - startedMs) / 1000;
  return { rows: walk.rows, unsealed, seconds, faults: walk.faults.slice(0, faultsMax) };
}

function step(walk: Walk, row: SealedRow, head: Head | undefined): void {
  const { position, id: entryId } = row;
  const fault = (kind: AuditFault['kind'], detail: string) =>
    walk.faults.push({ kind, position, entryId, detail });
  if (position !== walk.position + 1) {
    const missing = position - walk.position - 1;
    walk.faults.push({
      kind: 'removed',
      position: walk.position + 1,
      entryId: null,
      detail: `${missing} entries from position ${walk.position + 1} to ${position - 1} are gone`,
    });
  } else if (walk.hash && !chainHash(walk.hash, position, row).equals(row.hash)) {
    fault('changed', 'the entry does not give the hash that was sealed, or does not follow the one before');
  }
  if (row.at_us < walk.latestUs - backdatedUs) {
    fault('inserted', 'the entry is dated long before those sealed before it');
  }
  if (head && head.hash !== row.hash.toString('hex')) {
    fault('rewritten', 'the hash is not the one recorded outside the database');
  }
  walk.position = position;
  walk.hash = row.hash;
  walk.latestUs = Math.max(walk.latestUs, row.at_us);
  walk.rows += 1;
}

function checkEnd(walk: Walk, head: Head | undefined): void {
  if (walk.faults.length >= faultsMax) return;
  if (!head && walk.position > 0) {
    const detail = 'no head is recorded outside the database; a cut-off end would go unnoticed';
    walk.faults.push({ kind: 'head_missing', position: null, entryId: null, detail });
  }
  if (head && head.position > walk.position) {
    const detail = `the chain ends at ${walk.position}, but reached ${head.position}`;
    walk.faults.push({ kind: 'cut_off', position: walk.position + 1, entryId: null, detail });
  }
}

/** An entry that is older than sealed ones and was never sealed itself did not come with an access. */
async function checkUnsealed(pool: pg.Pool, walk: Walk): Promise<number> {
  const { rows } = await pool.query<{ id: number; unsealed: number; backdated: boolean }>(
    `SELECT id, count(*) OVER () AS unsealed,
       (extract(epoch FROM at) * 1000000)::bigint < $1::bigint AS backdated
     FROM audit_entries WHERE position IS NULL ORDER BY backdated DESC, id LIMIT $2`,
    [walk.latestUs - backdatedUs, faultsMax],
  );
  for (const { id: entryId } of rows.filter(({ backdated }) => backdated)) {
    const detail = 'the entry is dated long before sealed ones, and was not there when they were sealed';
    walk.faults.push({ kind: 'inserted', position: null, entryId, detail });
  }
  return rows[0]?.unsealed ?? 0;
}
