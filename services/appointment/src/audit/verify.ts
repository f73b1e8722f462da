import type pg from 'pg';
import { type Head, isSigned } from './audit-heads.ts';
import { type ChainRow, chainColumns, chainHash, genesisHash } from './chain.ts';
import type { TrailKey } from './trail-key.ts';

export type AuditFault = {
  kind: 'changed' | 'removed' | 'inserted' | 'cut_off' | 'rewritten' | 'head_missing' | 'head_forged';
  /** Where in the chain; the first position of a gap. */
  position: number | null;
  /** The entry's id, where there is one. */
  entryId: number | null;
  detail: string;
};

/** What the trail is held against; none of it lies in the database. */
export type Evidence = {
  heads: { all(): Promise<{ heads: Head[]; unreadable: number }> };
  /** Undefined before the first sealing by a version that has one. */
  trailKey: TrailKey | undefined;
  /** A head that somebody noted elsewhere, from the log or from an earlier verification. */
  noted?: { position: number; hash: string } | undefined;
};

export type AuditVerdict = {
  /** Sealed entries checked. */
  rows: number;
  /** Entries still waiting for the sealer. */
  unsealed: number;
  /** The furthest signed head; what lies beyond it is chained, but its end is not vouched for yet. */
  signedTo: Head | undefined;
  seconds: number;
  /** In order of position, at most {@link faultsMax}. */
  faults: AuditFault[];
};

/** Faults reported before the walk is cut short: after so many the rest says nothing new. */
export const faultsMax = 100;

/** Entries arrive in order of time but for the length of a transaction; more than this is back-dated. */
const backdatedUs = 600_000_000;

type SealedRow = ChainRow & { position: number; hash: Buffer };
type Point = { position: number; hash: string };
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
 * Walks the whole chain, computes every hash anew under the trail's key and compares it with the heads kept outside
 * the database. Finds and names changed, removed, inserted and cut off entries and heads that nobody with the key made.
 */
export async function verifyAudit(pool: pg.Pool, evidence: Evidence): Promise<AuditVerdict> {
  const startedMs = performance.now();
  const { points, signedTo, faults } = await gather(evidence);
  const pointAt = new Map(points.map((point) => [point.position, point]));
  const walk: Walk = { position: 0, hash: genesisHash, latestUs: 0, rows: 0, faults };
  for (;;) {
    const { rows } = await pool.query<SealedRow>({
      name: 'audit_page',
      text: pageSql,
      values: [walk.position],
    });
    for (const row of rows)
      step(walk, row, pointAt.get(row.position), keyAt(evidence.trailKey, row.position));
    if (rows.length < 10_000 || walk.faults.length >= faultsMax) break;
  }
  checkEnd(walk, points, evidence.trailKey ? !signedTo : points.length === 0 && walk.rows > 0);
  const unsealed = await checkUnsealed(pool, walk);
  const seconds = (performance.now() - startedMs) / 1000;
  return { rows: walk.rows, unsealed, signedTo, seconds, faults: walk.faults.slice(0, faultsMax) };
}

/** The key under which the entry at a position was sealed; undefined for those from before there was one. */
const keyAt = (trailKey: TrailKey | undefined, position: number) =>
  trailKey && position > trailKey.since.position ? trailKey.key : undefined;

/**
 * The points that the chain must go through, in order of position. Unsigned heads count only up to where the keyed
 * chain begins.
 */
async function gather({ heads: store, trailKey, noted }: Evidence) {
  const { heads, unreadable } = await store.all();
  const faults: AuditFault[] = [];
  const forged = (position: number | null, detail: string) =>
    faults.push({ kind: 'head_forged', position, entryId: null, detail });
  if (unreadable > 0) forged(null, `${unreadable} lines of the recorded heads cannot be read`);
  const signed = heads.filter((head) => trailKey && isSigned(trailKey.key, head));
  const unsigned = heads.filter((head) => !signed.includes(head));
  for (const { position } of unsigned) {
    if (trailKey && position > trailKey.since.position) {
      forged(position, 'the recorded head was not signed with the key of the trail');
    }
  }
  const before = unsigned.filter(({ position }) => !trailKey || position <= trailKey.since.position);
  const points: Point[] = [
    ...before,
    ...(trailKey ? [trailKey.since] : []),
    ...signed,
    ...(noted ? [noted] : []),
  ];
  points.sort((a, b) => a.position - b.position);
  return { points, signedTo: signed.at(-1), faults };
}

function step(walk: Walk, row: SealedRow, point: Point | undefined, key: Buffer | undefined): void {
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
  } else if (walk.hash && !chainHash(walk.hash, position, row, key).equals(row.hash)) {
    fault('changed', 'the entry does not give the hash that was sealed, or does not follow the one before');
  }
  if (row.at_us < walk.latestUs - backdatedUs) {
    fault('inserted', 'the entry is dated long before those sealed before it');
  }
  if (point && point.hash !== row.hash.toString('hex')) {
    fault('rewritten', 'the hash is not the one recorded outside the database');
  }
  walk.position = position;
  walk.hash = row.hash;
  walk.latestUs = Math.max(walk.latestUs, row.at_us);
  walk.rows += 1;
}

function checkEnd(walk: Walk, points: Point[], headMissing: boolean): void {
  if (walk.faults.length >= faultsMax) return;
  if (headMissing) {
    const detail = 'no head is recorded outside the database; a cut-off end would go unnoticed';
    walk.faults.push({ kind: 'head_missing', position: null, entryId: null, detail });
  }
  const last = points.at(-1);
  if (last && last.position > walk.position) {
    const detail = `the chain ends at ${walk.position}, but reached ${last.position}`;
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
