import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { line, text } from './common/text.ts';

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
