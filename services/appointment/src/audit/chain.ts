import { createHash } from 'node:crypto';

/** An entry as it is hashed. `at_us` is microseconds since 1970, all that PostgreSQL keeps of an instant. */
export type ChainRow = {
  id: number;
  at_us: number;
  actor_id: string | null;
  actor_role: string;
  action: string;
  resource_kind: string;
  resource_id: string;
  appointment_id: string | null;
  patient_id: string;
  outcome: string;
  address: string | null;
  request_id: string | null;
};

/** The select list that gives a {@link ChainRow}. */
export const chainColumns = `id, (extract(epoch FROM at) * 1000000)::bigint AS at_us, actor_id, actor_role, action,
  resource_kind, resource_id, appointment_id, patient_id, outcome, address, request_id`;

/** What stands before position 1. */
export const genesisHash: Buffer = Buffer.alloc(32);

/** The hash at a position: SHA-256 over the hash before it and the row in one fixed spelling. */
export function chainHash(previous: Buffer, position: number, row: ChainRow): Buffer {
  const canonical = JSON.stringify([
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
  ]);
  return createHash('sha256').update(previous).update(canonical).digest();
}
