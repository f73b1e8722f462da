import type { IssueReport, ReportIdentities } from '@consulta/contracts';
import { type KeyRing, openText, sealText } from '@consulta/platform/encryption';

/** What a version says, and of whom and by whom as they were at its issue; stored encrypted as one. */
export type ReportContent = {
  title: string;
  body: string;
  cid10: string[];
  /** Why it replaced the version before; null for the first. */
  reason: string | null;
  identities: ReportIdentities;
};

/** What a version is sealed for: it opens in no other report's or version's place. */
export const reportContext = (reportId: string, version: number) => `medical-report:${reportId}:${version}`;

export const contentOf = (
  { title, body, cid10 = [] }: IssueReport,
  reason: string | null,
  identities: ReportIdentities,
): ReportContent => ({ title, body, cid10, reason, identities });

export const encryptContent = (
  keyRing: KeyRing,
  content: ReportContent,
  reportId: string,
  version: number,
): Promise<Buffer> => sealText(keyRing, JSON.stringify(content), reportContext(reportId, version));

/** Throws when the version was changed in the database. */
export async function openContent(
  keyRing: KeyRing,
  sealed: Buffer,
  reportId: string,
  version: number,
): Promise<ReportContent> {
  return JSON.parse(await openText(keyRing, sealed, reportContext(reportId, version)));
}
