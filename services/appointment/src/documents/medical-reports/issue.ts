import { randomUUIDv7 } from 'node:crypto';
import { type CorrectReport, details, type IssueReport, type ReportIdentities } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type KeyRing, SealBroken } from '@consulta/platform/encryption';
import { type IdempotencyKey, recallKey, rememberKey } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Actor } from '../../audit/actor.ts';
import { recordAccess } from '../../audit/record.ts';
import type { AppointmentOverview } from '../../tables.ts';
import type { DescribeForReport } from './identities.ts';
import { insertReport, insertVersion } from './insert-report.ts';
import {
  type Db,
  findOwnAppointment,
  lockedStatus,
  lockOwnReport,
  patientOfOwnReport,
  type ReportRow,
  readReport,
  recordCorrectionRefusal,
} from './queries.ts';
import { contentOf, encryptContent, openContent } from './report-content.ts';
import { canIssueReport } from './rules.ts';

export type IssueDeps = { db: Db; keyRing: KeyRing; describeForReport: DescribeForReport };

/**
 * Issues the first version of a report to the doctor's own appointment; with an idempotency key used before,
 * gives the report issued then. Throws 404, or 409 `invalid_transition` in another status or without the
 * patient's account.
 */
export async function issueReport(
  deps: IssueDeps,
  actor: Actor,
  key: IdempotencyKey | undefined,
  appointmentId: string,
  input: IssueReport,
): Promise<ReportRow> {
  const { db } = deps;
  const appointment = await findOwnAppointment(db, actor, appointmentId);
  let reportId = await recallKey(db, key);
  if (!reportId) {
    assertIssuable(appointment.status);
    const identities = await deps.describeForReport({
      doctorId: actor.userId,
      patientId: appointment.patient_id,
    });
    if (!identities) throw problem('invalid_transition', details.patientClosed);
    reportId = await insertFirst(deps, actor, key, appointment, { input, identities });
  }
  return readReport(db, actor, { id: appointmentId, reportId }, 'read');
}

function assertIssuable(status: AppointmentOverview['status']): void {
  if (canIssueReport(status)) return;
  throw problem('invalid_transition', details.reportNeedsAppointment);
}

async function insertFirst(
  { db, keyRing }: IssueDeps,
  actor: Actor,
  key: IdempotencyKey | undefined,
  appointment: AppointmentOverview,
  { input, identities }: { input: IssueReport; identities: ReportIdentities },
): Promise<string> {
  const id = randomUUIDv7();
  const sealed = await encryptContent(keyRing, contentOf(input, null, identities), id, 1);
  return inTransaction(db, async (trx) => {
    const keptId = await rememberKey(trx, key, id);
    if (keptId !== id) return keptId;
    assertIssuable(await lockedStatus(trx, appointment.id));
    const { id: appointmentId, patient_id: patientId } = appointment;
    await insertReport(trx, { id, appointmentId, doctorId: actor.userId, patientId });
    await insertVersion(trx, id, 1, sealed);
    await recordAccess(trx, actor, {
      action: 'create',
      resource: { kind: 'medical_report', id },
      appointmentId,
      patientId,
    });
    return id;
  });
}

/**
 * Adds a version by the report's author. Throws 404 to anyone else and 412 `stale_version` when the caller does
 * not accept to change the latest version. Where an account is gone, the identities of the version before are kept;
 * 409 `content_damaged` where that one does not open.
 */
export async function correctReport(
  deps: IssueDeps,
  actor: Actor,
  ids: { id: string; reportId: string },
  input: CorrectReport,
  accepts: (version: number) => boolean,
): Promise<ReportRow> {
  const { db, keyRing } = deps;
  const patientId = await patientOfOwnReport(db, actor, ids);
  if (!patientId) {
    await recordCorrectionRefusal(db, actor, ids);
    throw problem('not_found');
  }
  const fresh = await deps.describeForReport({ doctorId: actor.userId, patientId });
  return inTransaction(db, async (trx) => {
    const latest = await lockOwnReport(trx, actor, ids);
    if (!accepts(latest.version)) {
      throw problem('stale_version', details.reportVersion(latest.version));
    }
    const version = latest.version + 1;
    const identities = fresh ?? (await identitiesOf(keyRing, latest));
    const content = contentOf(input, input.reason, identities);
    await insertVersion(trx, latest.id, version, await encryptContent(keyRing, content, latest.id, version));
    await recordAccess(trx, actor, {
      action: 'change',
      resource: { kind: 'medical_report', id: latest.id },
      appointmentId: latest.appointment_id,
      patientId,
    });
    return lockOwnReport(trx, actor, ids);
  });
}

async function identitiesOf(keyRing: KeyRing, report: ReportRow): Promise<ReportIdentities> {
  try {
    return (await openContent(keyRing, report.content_sealed, report.id, report.version)).identities;
  } catch (error) {
    if (error instanceof SealBroken) throw problem('content_damaged');
    throw error;
  }
}
