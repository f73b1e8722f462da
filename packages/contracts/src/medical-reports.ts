import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { PageQuery } from './common/pages.ts';
import { ShownPatient, shown } from './common/people.ts';
import { line, text } from './common/text.ts';
import { Crm } from './doctors.ts';

/** A CID-10 code by its form: a letter, two digits and perhaps a subdivision, such as `J45.0`. */
export const Cid10 = Type.String({
  maxLength: 6,
  pattern: '^[A-Z]\\d{2}(\\.[0-9A-Z]{1,2})?$',
  description: 'CID-10',
  examples: ['I10'],
});

const reportContent = {
  title: line(200, { examples: ['Relatório médico'] }),
  body: text(20_000, { examples: ['Paciente em acompanhamento, sem queixas.'] }),
  cid10: Type.Optional(Type.Array(Cid10, { maxItems: 20, uniqueItems: true })),
};
export const IssueReport = Type.Object(reportContent, { title: 'IssueReport', additionalProperties: false });
export type IssueReport = Static<typeof IssueReport>;
/** A correction is a new version with its reason; what was issued stays (NGS1.12). */
export const CorrectReport = Type.Object(
  { ...reportContent, reason: line(500, { examples: ['Complemento'] }) },
  { title: 'CorrectReport', additionalProperties: false },
);
export type CorrectReport = Static<typeof CorrectReport>;

const versionFacts = {
  version: Type.Integer({ examples: [1] }),
  title: Type.String({ examples: ['Relatório médico'] }),
  body: Type.String({ examples: ['Paciente em acompanhamento, sem queixas.'] }),
  cid10: Type.Array(Type.String({ examples: ['I10'] })),
  reason: nullable(Type.String(), {
    examples: [null],
    description: 'why the version replaced the one before; null for the first',
  }),
  createdAt: Instant,
};
export const MedicalReportVersion = Type.Object(versionFacts, { title: 'MedicalReportVersion' });
export type MedicalReportVersion = Static<typeof MedicalReportVersion>;

export const MedicalReport = Type.Intersect(
  [
    MedicalReportVersion,
    Type.Object({ id: Id, appointmentId: Id, doctorId: Id, patientId: Id, updatedAt: Instant }),
  ],
  { title: 'MedicalReport' },
);
export type MedicalReport = Static<typeof MedicalReport>;

export const MedicalReportParams = Type.Object({ id: Id, reportId: Id }, { additionalProperties: false });

export const MedicalReportListQuery = Type.Object(
  { patientId: Type.Optional(Id), ...PageQuery.properties },
  { additionalProperties: false },
);
export type MedicalReportListQuery = Static<typeof MedicalReportListQuery>;

/** GET /medical-reports: a report without its text, with whom it is of. */
export const MedicalReportHead = Type.Object(
  {
    id: Id,
    appointmentId: Id,
    title: versionFacts.title,
    version: versionFacts.version,
    createdAt: Instant,
    updatedAt: Instant,
    doctor: Type.Object({ id: Id, fullName: shown.fullName, crm: nullable(Crm) }),
    patient: ShownPatient,
  },
  { title: 'MedicalReportHead' },
);
export type MedicalReportHead = Static<typeof MedicalReportHead>;
