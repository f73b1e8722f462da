import { type AuditAction, isUuid, type MedicalReportListQuery, type PageQuery } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { decodeCursor, isInteger32, pageOf, type RowPage } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import type { Actor } from '../../audit/actor.ts';
import { auditedRead, readRecording } from '../../audit/record.ts';
import type { AppointmentOverview, AppointmentTables } from '../../tables.ts';
import { readerColumn } from './rules.ts';
import type { MedicalReportTables } from './tables.ts';

export type Db = Kysely<AppointmentTables & MedicalReportTables>;

/** A report with one of its versions. */
export type ReportRow = {
  id: string;
  appointment_id: string;
  doctor_id: string;
  patient_id: string;
  created_at: Date;
  version: number;
  content_sealed: Buffer;
  version_created_at: Date;
  /** The practice's time zone. */
  time_zone: string;
};

type Ids = { id: string; reportId: string };

const columns = sql`r.id, r.appointment_id, r.doctor_id, r.patient_id, r.created_at, v.version, v.content_sealed,
  v.created_at AS version_created_at, b.time_zone`;
const latestVersion = sql`JOIN LATERAL (SELECT * FROM medical_report_versions v WHERE v.report_id = r.id
  ORDER BY v.version DESC LIMIT 1) v ON true JOIN booking_requests b ON b.id = r.appointment_id`;

const reportSubject = (caller: Caller, { id, reportId }: Ids) => sql`
  SELECT r.id AS resource_id, r.appointment_id, r.patient_id, ${sql.ref(`r.${readerColumn(caller)}`)} = ${caller.userId} AS allowed
  FROM medical_reports r WHERE r.id = ${reportId} AND r.appointment_id = ${id}`;

/** The latest version of a report, for its doctor or its patient; throws 404. */
export async function readReport(db: Db, actor: Actor, ids: Ids, action: AuditAction): Promise<ReportRow> {
  const answer = sql`SELECT ${columns} FROM subject s JOIN medical_reports r ON r.id = s.resource_id
    ${latestVersion} WHERE s.allowed`;
  const what = { action, kind: 'medical_report' } as const;
  const { rows } = await auditedRead<ReportRow>(db, actor, what, {
    subject: reportSubject(actor, ids),
    answer,
  });
  const [row] = rows;
  if (!row) throw problem('not_found');
  return row;
}

/** One page of a report's versions, newest first; throws 404. */
export async function listVersions(
  db: Db,
  actor: Actor,
  ids: Ids,
  query: PageQuery,
): Promise<RowPage<ReportRow>> {
  const limit = query.limit ?? 20;
  const [before] = query.cursor ? decodeCursor(query.cursor, [isInteger32]) : [null];
  const answer = sql`SELECT ${columns} FROM subject s JOIN medical_reports r ON r.id = s.resource_id
    JOIN booking_requests b ON b.id = r.appointment_id JOIN medical_report_versions v ON v.report_id = r.id
    WHERE s.allowed AND (${before}::bigint IS NULL OR v.version < ${before}::bigint)
    ORDER BY v.version DESC LIMIT ${limit + 1}`;
  const what = { action: 'read', kind: 'medical_report' } as const;
  const { rows } = await auditedRead<ReportRow>(db, actor, what, {
    subject: reportSubject(actor, ids),
    answer,
  });
  if (rows.length === 0 && before === null) throw problem('not_found');
  return pageOf(rows, limit, (last) => [last.version]);
}

/** One page of an appointment's reports, newest first, for its doctor or its patient; throws 404. */
export async function listReports(
  db: Db,
  actor: Actor,
  appointmentId: string,
  query: PageQuery,
): Promise<RowPage<ReportRow>> {
  const limit = query.limit ?? 20;
  const [before] = query.cursor ? decodeCursor(query.cursor, [isUuid]) : [null];
  const subject = sql`SELECT b.id AS resource_id, b.id AS appointment_id, b.patient_id,
    ${sql.ref(`b.${readerColumn(actor)}`)} = ${actor.userId} AS allowed FROM booking_requests b WHERE b.id = ${appointmentId}`;
  const answer = sql`SELECT found.* FROM subject s LEFT JOIN LATERAL (
      SELECT ${columns} FROM medical_reports r ${latestVersion}
      WHERE r.appointment_id = s.resource_id AND (${before}::uuid IS NULL OR r.id < ${before}::uuid)
      ORDER BY r.id DESC LIMIT ${limit + 1}
    ) found ON true WHERE s.allowed`;
  const what = { action: 'list', kind: 'medical_report_list' } as const;
  const { rows } = await auditedRead<ReportRow | { id: null }>(db, actor, what, { subject, answer });
  if (rows.length === 0) throw problem('not_found');
  const found = rows.filter((row): row is ReportRow => row.id !== null);
  return pageOf(found, limit, (last) => [last.id]);
}

/**
 * One page of all reports about a patient or by a doctor, newest first, with the latest version of each; a doctor may ask
 * for one patient's. The page is one entry of the trail.
 */
export async function listOwnReports(
  db: Db,
  actor: Actor,
  { limit = 20, cursor, patientId }: MedicalReportListQuery,
): Promise<RowPage<ReportRow>> {
  const [before] = cursor ? decodeCursor(cursor, [isUuid]) : [null];
  const found = sql`SELECT ${columns} FROM medical_reports r ${latestVersion}
    WHERE ${sql.ref(`r.${readerColumn(actor)}`)} = ${actor.userId}
      AND (${before}::uuid IS NULL OR r.id < ${before}::uuid)
      AND (${patientId ?? null}::uuid IS NULL OR r.patient_id = ${patientId ?? null}::uuid)
    ORDER BY r.id DESC LIMIT ${limit + 1}`;
  const touched = sql`SELECT id AS resource_id, appointment_id, patient_id
    FROM (SELECT * FROM found ORDER BY id DESC LIMIT ${limit}) AS shown`;
  const answer = sql`SELECT * FROM found ORDER BY id DESC`;
  const what = { action: 'list', kind: 'medical_report_list' } as const;
  const { rows } = await readRecording<ReportRow>(db, actor, what, { found, touched, answer });
  return pageOf(rows, limit, (last) => [last.id]);
}

/** The doctor's own appointment; throws 404. */
export async function findOwnAppointment(db: Db, caller: Caller, id: string): Promise<AppointmentOverview> {
  const row = await db
    .selectFrom('appointment_overview')
    .selectAll()
    .where('id', '=', id)
    .where('doctor_id', '=', caller.userId)
    .executeTakeFirst();
  if (!row) throw problem('not_found');
  return row;
}

/** The appointment's status, held until the transaction ends. */
export async function lockedStatus(
  trx: QueryExecutorProvider,
  appointmentId: string,
): Promise<AppointmentOverview['status']> {
  const { rows } = await sql<{ status: AppointmentOverview['status'] }>`SELECT status FROM appointments
    WHERE id = ${appointmentId} FOR SHARE`.execute(trx);
  return rows[0]?.status ?? 'requested';
}

/** The patient of a report that the caller issued; undefined when there is no such report. */
export async function patientOfOwnReport(
  db: Db,
  caller: Caller,
  { id, reportId }: Ids,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('medical_reports')
    .select('patient_id')
    .where('id', '=', reportId)
    .where('appointment_id', '=', id)
    .where('doctor_id', '=', caller.userId)
    .executeTakeFirst();
  return row?.patient_id;
}

/** The latest version of the caller's own report; further versions wait until the transaction ends. */
export async function lockOwnReport(
  trx: QueryExecutorProvider,
  caller: Caller,
  { id, reportId }: Ids,
): Promise<ReportRow> {
  const own = sql`r.id = ${reportId} AND r.appointment_id = ${id} AND r.doctor_id = ${caller.userId}`;
  await sql`SELECT 1 FROM medical_reports r WHERE ${own} FOR NO KEY UPDATE`.execute(trx);
  const { rows } = await sql<ReportRow>`SELECT ${columns} FROM medical_reports r ${latestVersion}
    WHERE ${own}`.execute(trx);
  const [row] = rows;
  if (!row) throw problem('not_found');
  return row;
}

/** Records that someone who is not its author tried to correct a report that exists. */
export async function recordCorrectionRefusal(db: Db, actor: Actor, { id, reportId }: Ids): Promise<void> {
  const subject = sql`SELECT r.id AS resource_id, r.appointment_id, r.patient_id, false AS allowed
    FROM medical_reports r WHERE r.id = ${reportId} AND r.appointment_id = ${id}`;
  const what = { action: 'change', kind: 'medical_report' } as const;
  await auditedRead(db, actor, what, { subject, answer: sql`SELECT` });
}
