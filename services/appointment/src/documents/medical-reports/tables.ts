import type { Generated } from 'kysely';

export type MedicalReportsTable = {
  id: string;
  appointment_id: string;
  doctor_id: string;
  patient_id: string;
  created_at: Generated<Date>;
};

export type MedicalReportVersionsTable = {
  report_id: string;
  version: number;
  content_sealed: Buffer;
  created_at: Generated<Date>;
};

export type MedicalReportTables = {
  medical_reports: MedicalReportsTable;
  medical_report_versions: MedicalReportVersionsTable;
};
