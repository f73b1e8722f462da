import { type Static, Type } from 'typebox';
import { Id, Instant, line, nullable, text } from './primitives.ts';
import { Address, Cpf, Crm, Rqe } from './users.ts';

/** The largest file taken, in bytes: the gateway's cap on a request is 10 MB. */
export const fileBytesMax = 9 * 1024 * 1024;

export const fileMediaTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type FileMediaType = (typeof fileMediaTypes)[number];

/** A patient's file as it is listed; its content is read apart. */
export const MedicalFile = Type.Object({
  id: Id,
  appointmentId: Id,
  name: Type.String(),
  mediaType: Type.Enum([...fileMediaTypes]),
  sizeBytes: Type.Integer(),
  sha256: Type.String({ description: 'SHA-256 of the content, hexadecimal' }),
  createdAt: Instant,
});
export type MedicalFile = Static<typeof MedicalFile>;

/** The form that uploads a file; told by content, not by the name or type that come with it. */
export const UploadForm = Type.Object(
  { file: Type.String({ format: 'binary', description: 'PDF, JPEG or PNG, at most 9 MiB' }) },
  { additionalProperties: false },
);

export const GrantAccess = Type.Object({ doctorId: Id, expiresAt: Instant }, { additionalProperties: false });
export type GrantAccess = Static<typeof GrantAccess>;

/** A doctor's access to one file, until it expires or the patient revokes it. */
export const FileAccess = Type.Object({
  id: Id,
  fileId: Id,
  doctorId: Id,
  expiresAt: Instant,
  createdAt: Instant,
});
export type FileAccess = Static<typeof FileAccess>;
export const FileAccessParams = Type.Object({ id: Id, accessId: Id }, { additionalProperties: false });

/** A CID-10 code by its form: a letter, two digits and perhaps a subdivision, such as `J45.0`. */
export const Cid10 = Type.String({
  maxLength: 6,
  pattern: '^[A-Z]\\d{2}(\\.[0-9A-Z]{1,2})?$',
  description: 'CID-10',
});

const reportContent = {
  title: line(200),
  body: text(20_000),
  cid10: Type.Optional(Type.Array(Cid10, { maxItems: 20, uniqueItems: true })),
};
export const IssueReport = Type.Object(reportContent, { additionalProperties: false });
export type IssueReport = Static<typeof IssueReport>;
/** A correction is a new version with its reason; what was issued stays (NGS1.12). */
export const CorrectReport = Type.Object(
  { ...reportContent, reason: line(500) },
  { additionalProperties: false },
);
export type CorrectReport = Static<typeof CorrectReport>;

export const MedicalReport = Type.Object({
  id: Id,
  appointmentId: Id,
  doctorId: Id,
  patientId: Id,
  version: Type.Integer(),
  title: Type.String(),
  body: Type.String(),
  cid10: Type.Array(Type.String()),
  reason: nullable(
    Type.String({ description: 'why the version replaced the one before; null for the first' }),
  ),
  createdAt: Instant,
  updatedAt: Instant,
});
export type MedicalReport = Static<typeof MedicalReport>;

export const MedicalReportVersion = Type.Object({
  version: Type.Integer(),
  title: Type.String(),
  body: Type.String(),
  cid10: Type.Array(Type.String()),
  reason: nullable(Type.String()),
  createdAt: Instant,
});
export type MedicalReportVersion = Static<typeof MedicalReportVersion>;

export const MedicalReportParams = Type.Object({ id: Id, reportId: Id }, { additionalProperties: false });

/**
 * POST /internal/people/report-identities (user service): what CFM 2.299/2021 art. 2 wants on a document of
 * both people. Null when there is no such doctor or patient (any more).
 */
export const ReportIdentitiesQuery = Type.Object(
  { doctorId: Id, patientId: Id },
  { additionalProperties: false },
);
export type ReportIdentitiesQuery = Static<typeof ReportIdentitiesQuery>;
export const ReportIdentities = Type.Object({
  doctor: Type.Object({
    fullName: Type.String(),
    crm: Crm,
    rqes: Type.Array(Rqe),
    address: Address,
  }),
  patient: Type.Object({
    fullName: Type.String(),
    socialName: nullable(Type.String()),
    cpf: Cpf,
  }),
});
export type ReportIdentities = Static<typeof ReportIdentities>;
export const ReportIdentitiesFound = Type.Object({ identities: nullable(ReportIdentities) });
export type ReportIdentitiesFound = Static<typeof ReportIdentitiesFound>;

export const auditActions = [
  'create',
  'list',
  'read',
  'download',
  'change',
  'delete',
  'grant',
  'revoke',
] as const;
export type AuditAction = (typeof auditActions)[number];

export const auditedResources = [
  'file',
  'file_list',
  'file_access',
  'medical_report',
  'medical_report_list',
  'note',
  'feedback',
] as const;
export type AuditedResource = (typeof auditedResources)[number];

/** One access to a patient's medical data: GET /users/me/access-log. */
export const AccessLogEntry = Type.Object({
  actorId: nullable(Id),
  actorName: nullable(Type.String({ description: 'null when the account is gone' })),
  actorRole: Type.Enum(['patient', 'doctor', 'admin', 'system']),
  action: Type.Enum([...auditActions]),
  resource: Type.Object({
    kind: Type.Enum([...auditedResources]),
    id: Id,
    appointmentId: nullable(Id),
  }),
  at: Instant,
});
export type AccessLogEntry = Static<typeof AccessLogEntry>;
