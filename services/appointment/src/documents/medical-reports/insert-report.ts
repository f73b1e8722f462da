import { type QueryExecutorProvider, sql } from 'kysely';

/** Adds a report without its first version. */
export async function insertReport(
  trx: QueryExecutorProvider,
  report: { id: string; appointmentId: string; doctorId: string; patientId: string },
): Promise<void> {
  await sql`INSERT INTO medical_reports (id, appointment_id, doctor_id, patient_id) VALUES (${report.id},
    ${report.appointmentId}, ${report.doctorId}, ${report.patientId})`.execute(trx);
}

/** Adds a version; what was issued before stays. */
export async function insertVersion(
  trx: QueryExecutorProvider,
  reportId: string,
  version: number,
  encrypted: Buffer,
): Promise<void> {
  await sql`INSERT INTO medical_report_versions (report_id, version, content_sealed)
    VALUES (${reportId}, ${version}, ${encrypted})`.execute(trx);
}
