import type { AppointmentStatus } from '@consulta/contracts';

const issuable: readonly AppointmentStatus[] = ['confirmed', 'in_progress', 'concluded'];

/** Whether a report may be issued for an appointment in this status. */
export const canIssueReport = (status: AppointmentStatus): boolean => issuable.includes(status);

/** The entity tag of a report: its version. */
export const etagOf = (version: number): string => `"${version}"`;

/** Whether an `If-Match` header lets the version be replaced (RFC 9110, 13.1.1: strong comparison). */
export function matches(ifMatch: string | undefined, version: number): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  return ifMatch.split(',').some((tag) => tag.trim() === etagOf(version));
}
