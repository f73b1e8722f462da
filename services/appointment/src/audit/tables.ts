import type { AuditAction, AuditedResource } from '@consulta/contracts';
import type { Generated } from 'kysely';

export type AuditOutcome = 'granted' | 'refused' | 'damaged';
export type ActorRole = 'patient' | 'doctor' | 'admin' | 'system';

export type AuditEntriesTable = {
  id: Generated<number>;
  at: Generated<Date>;
  actor_id: string | null;
  actor_role: ActorRole;
  action: AuditAction;
  resource_kind: AuditedResource;
  /** Null for a page, which names what it showed in `resource_ids`. */
  resource_id: string | null;
  appointment_id: string | null;
  /** Null for a page that shows data of several patients: then `patient_ids`. */
  patient_id: string | null;
  resource_ids: Generated<string[] | null>;
  appointment_ids: Generated<(string | null)[] | null>;
  patient_ids: Generated<string[] | null>;
  outcome: AuditOutcome;
  address: string | null;
  request_id: string | null;
  position: Generated<number | null>;
  hash: Generated<Buffer | null>;
};

export type AuditTables = { audit_entries: AuditEntriesTable };
