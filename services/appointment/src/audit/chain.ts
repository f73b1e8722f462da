import { createHash, createHmac } from 'node:crypto';

/** An entry as it is hashed. `at_us` is microseconds since 1970, all that PostgreSQL keeps of an instant. */
export type ChainRow = {
  id: number;
  at_us: number;
  actor_id: string | null;
  actor_role: string;
  action: string;
  resource_kind: string;
  resource_id: string | null;
  appointment_id: string | null;
  patient_id: string | null;
  outcome: string;
  address: string | null;
  request_id: string | null;
  resource_ids: string[] | null;
  appointment_ids: string[] | null;
  patient_ids: string[] | null;
};

/** The select list that gives a {@link ChainRow}. */
export const chainColumns = `id, (extract(epoch FROM at) * 1000000)::bigint AS at_us, actor_id, actor_role, action,
  resource_kind, resource_id, appointment_id, patient_id, outcome, address, request_id, resource_ids, appointment_ids,
  patient_ids`;

/** What stands before position 1. */
export const genesisHash: Buffer = Buffer.alloc(32);

/**
 * The hash at a position: over the hash before it and the row in one fixed spelling. HMAC-SHA-256 under the trail's
 * key; entries sealed by versions that had none yet have plain SHA-256 (`key` undefined).
 */
export function chainHash(
  previous: Buffer,
  position: number,
  row: ChainRow,
  key: Buffer | undefined,
): Buffer {
  const hash = key ? createHmac('sha256', key) : createHash('sha256');
  return hash.update(previous).update(canonical(position, row)).digest();
}

/** A page's ids are added to its spelling only, so that entries from before there were pages keep theirs. */
function canonical(position: number, row: ChainRow): string {
  const members = [
    position,
    row.id,
    row.at_us,
    row.actor_id,
    row.actor_role,
    row.action,
    row.resource_kind,
    row.resource_id,
    row.appointment_id,
    row.patient_id,
    row.outcome,
    row.address,
    row.request_id,
  ];
  const page = [row.resource_ids, row.appointment_ids, row.patient_ids];
  return JSON.stringify(row.resource_ids === null ? members : [...members, ...page]);
}
