import {
  CorrectReport,
  details,
  erasedName,
  IdParams,
  IssueReport,
  MedicalReport,
  type MedicalReportHead,
  MedicalReportHead as MedicalReportHeadSchema,
  MedicalReportListQuery,
  MedicalReportParams,
  MedicalReportVersion,
  PageQuery,
  type PersonCard,
  page,
} from '@consulta/contracts';
import { type KeyRing, SealBroken } from '@consulta/platform/encryption';
import { etagOf, idempotencyKeyOf, once, type Routes, versionsAccepted } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { Type } from 'typebox';
import { type Actor, actorOf } from '../../audit/actor.ts';
import { recordAccess } from '../../audit/record.ts';
import type { DescribeForReport } from './identities.ts';
import { correctReport, issueReport } from './issue.ts';
import { type Db, listOwnReports, listReports, listVersions, type ReportRow, readReport } from './queries.ts';
import { openContent, type ReportContent } from './report-content.ts';
import type { ReportPrinter } from './report-printer.ts';

export type MedicalReportDeps = {
  db: Db;
  keyRing: KeyRing;
  log: Log;
  /** How a person is shown; undefined when there is no such account any more. */
  findPerson: (id: string) => Promise<PersonCard | undefined>;
  describeForReport: DescribeForReport;
  print: ReportPrinter['print'];
};

const Binary = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });
const base = '/appointments/:id/medical-reports';
const tags = ['medical reports'] as const;

/** Medical reports: issued and corrected by the doctor, read by doctor and patient, never altered. */
export const medicalReportRoutes =
  (deps: MedicalReportDeps): Routes =>
  async (app) => {
    await app.register(writingRoutes(deps));
    await app.register(listRoutes(deps));
    await app.register(readingRoutes(deps));
  };

const writingRoutes =
  (deps: MedicalReportDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: base,
      config: { permission: 'medical-report:issue', perMinute: 60 },
      schema: {
        operationId: 'issueMedicalReport',
        summary: 'Issue a medical report',
        description: 'Once the appointment is confirmed, in progress or concluded.',
        tags,
        params: IdParams,
        body: IssueReport,
        creates: `/api/v1${base}/:reportId`,
        tagged: true,
        refuses: ['invalid_transition', 'content_damaged'],
        response: { 201: MedicalReport },
      },
      handler: async (request, reply) => {
        const [actor, key] = [actorOf(request), idempotencyKeyOf(request)];
        const { id } = request.params;
        const row = await once(deps.db, key, () => issueReport(deps, actor, key, id, request.body));
        const report = show(row, await open(deps, actor, row));
        reply.code(201).header('etag', etagOf(row.version));
        reply.header('location', `/api/v1/appointments/${row.appointment_id}/medical-reports/${row.id}`);
        return report;
      },
    });

    app.route({
      method: 'PUT',
      url: `${base}/:reportId`,
      config: { permission: 'medical-report:correct', perMinute: 60 },
      schema: {
        operationId: 'correctMedicalReport',
        summary: 'Correct a medical report',
        description: 'A new version, by its author and with a reason; the earlier ones stay.',
        tags,
        params: MedicalReportParams,
        body: CorrectReport,
        tagged: true,
        versioned: true,
        refuses: ['content_damaged'],
        response: { 200: MedicalReport },
      },
      handler: async (request, reply) => {
        const actor = actorOf(request);
        const accepts = versionsAccepted(request.headers['if-match']);
        const row = await correctReport(deps, actor, request.params, request.body, accepts);
        const report = show(row, await open(deps, actor, row));
        reply.header('etag', etagOf(row.version));
        return report;
      },
    });
  };

const listRoutes =
  (deps: MedicalReportDeps): Routes =>
  async (app) => {
    const { db } = deps;
    app.route({
      method: 'GET',
      url: '/medical-reports',
      config: { permission: 'medical-report:read', perMinute: 300 },
      schema: {
        operationId: 'listOwnMedicalReports',
        summary: "List one's medical reports",
        description: 'Those about a patient, or by a doctor, newest first.',
        tags,
        querystring: MedicalReportListQuery,
        refuses: ['content_damaged'],
        response: { 200: page(MedicalReportHeadSchema) },
      },
      handler: async (request) => {
        const actor = actorOf(request);
        const { rows, nextCursor } = await listOwnReports(db, actor, request.query);
        const shown = rows.map(async (row) => showHead(row, await open(deps, actor, row), deps.findPerson));
        return { items: await Promise.all(shown), nextCursor };
      },
    });

    app.route({
      method: 'GET',
      url: base,
      config: { permission: 'medical-report:read', perMinute: 300 },
      schema: {
        operationId: 'listMedicalReports',
        summary: "List an appointment's medical reports",
        tags,
        params: IdParams,
        querystring: PageQuery,
        refuses: ['content_damaged'],
        response: { 200: page(MedicalReport) },
      },
      handler: async (request) => {
        const actor = actorOf(request);
        const { id } = request.params;
        const { rows, nextCursor } = await listReports(db, actor, id, request.query);
        const shown = rows.map(async (row) => show(row, await open(deps, actor, row)));
        return { items: await Promise.all(shown), nextCursor };
      },
    });

    app.route({
      method: 'GET',
      url: `${base}/:reportId/versions`,
      config: { permission: 'medical-report:read', perMinute: 300 },
      schema: {
        operationId: 'listMedicalReportVersions',
        summary: 'List the versions of a medical report',
        tags,
        refuses: ['content_damaged'],
        params: MedicalReportParams,
        querystring: PageQuery,
        response: { 200: page(MedicalReportVersion) },
      },
      handler: async (request) => {
        const actor = actorOf(request);
        const { rows, nextCursor } = await listVersions(db, actor, request.params, request.query);
        const shown = rows.map(async (row) => showVersion(row, await open(deps, actor, row)));
        return { items: await Promise.all(shown), nextCursor };
      },
    });
  };

const readingRoutes =
  (deps: MedicalReportDeps): Routes =>
  async (app) => {
    const { db } = deps;
    app.route({
      method: 'GET',
      url: `${base}/:reportId`,
      config: { permission: 'medical-report:read', perMinute: 300 },
      schema: {
        operationId: 'readMedicalReport',
        summary: 'Read a medical report',
        tags,
        params: MedicalReportParams,
        tagged: true,
        refuses: ['content_damaged'],
        response: { 200: MedicalReport },
      },
      handler: async (request, reply) => {
        const actor = actorOf(request);
        const row = await readReport(db, actor, request.params, 'read');
        const report = show(row, await open(deps, actor, row));
        reply.header('etag', etagOf(row.version));
        return report;
      },
    });

    app.route({
      method: 'GET',
      url: `${base}/:reportId/pdf`,
      config: { permission: 'medical-report:read', perMinute: 60 },
      schema: {
        operationId: 'printMedicalReport',
        summary: 'Print a medical report',
        tags,
        produces: ['application/pdf'],
        tagged: true,
        download: true,
        refuses: ['content_damaged'],
        params: MedicalReportParams,
        response: { 200: Binary },
      },
      handler: async (request, reply) => {
        const actor = actorOf(request);
        const row = await readReport(db, actor, request.params, 'download');
        const content = await open(deps, actor, row);
        const pdf = await deps.print(row, content);
        const name = `documento-medico-${row.id}-v${row.version}.pdf`;
        reply.type('application/pdf').header('content-disposition', `attachment; filename="${name}"`);
        reply.header('etag', etagOf(row.version));
        return pdf;
      },
    });
  };

/** Opens a version; one that was changed in the database is refused and recorded. */
async function open(deps: MedicalReportDeps, actor: Actor, row: ReportRow): Promise<ReportContent> {
  try {
    return await openContent(deps.keyRing, row.content_sealed, row.id, row.version);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    deps.log.error({ err: error, reportId: row.id, version: row.version }, 'a stored report is damaged');
    await recordAccess(deps.db, actor, {
      action: 'read',
      resource: { kind: 'medical_report', id: row.id },
      appointmentId: row.appointment_id,
      patientId: row.patient_id,
      outcome: 'damaged',
    });
    throw problem('content_damaged', details.reportChanged);
  }
}

const showVersion = (row: ReportRow, content: ReportContent): MedicalReportVersion => ({
  version: row.version,
  title: content.title,
  body: content.body,
  cid10: content.cid10,
  reason: content.reason,
  createdAt: row.version_created_at.toISOString(),
});

const show = (row: ReportRow, content: ReportContent): MedicalReport => ({
  ...showVersion(row, content),
  id: row.id,
  appointmentId: row.appointment_id,
  doctorId: row.doctor_id,
  patientId: row.patient_id,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.version_created_at.toISOString(),
});

async function showHead(
  row: ReportRow,
  { title }: ReportContent,
  findPerson: MedicalReportDeps['findPerson'],
): Promise<MedicalReportHead> {
  const [doctor, patient] = await Promise.all([findPerson(row.doctor_id), findPerson(row.patient_id)]);
  return {
    id: row.id,
    appointmentId: row.appointment_id,
    title,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.version_created_at.toISOString(),
    doctor: {
      id: row.doctor_id,
      fullName: doctor?.fullName ?? erasedName,
      crm: doctor?.doctor?.crm ?? null,
    },
    patient: {
      id: row.patient_id,
      fullName: patient?.fullName ?? erasedName,
      socialName: patient?.socialName ?? null,
    },
  };
}
