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
  resource_id: string;
  appointment_id: string | null;
  patient_id: string;
  outcome: AuditOutcome;
  address: string | null;
  request_id: string | null;
  position: Generated<number | null>;
  hash: Generated<Buffer | null>;
};

export type AuditTables = { audit_entries: AuditEntriesTable };
