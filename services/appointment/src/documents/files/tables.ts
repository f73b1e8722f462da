import type { FileMediaType } from '@consulta/contracts';
import type { Generated } from 'kysely';

export type FilesTable = {
  id: string;
  appointment_id: string;
  patient_id: string;
  storage_key: string;
  name_sealed: Buffer;
  content_key: Buffer;
  media_type: FileMediaType;
  size_bytes: number;
  sha256: Buffer;
  created_at: Generated<Date>;
};

export type FileUsageTable = { patient_id: string; bytes: number };

export type FileGrantsTable = {
  id: string;
  file_id: string;
  doctor_id: string;
  granted_at: Generated<Date>;
  expires_at: Date;
  revoked_at: Date | null;
};

export type FileTables = {
  files: FilesTable;
  file_usage: FileUsageTable;
  file_accesses: FileGrantsTable;
};
