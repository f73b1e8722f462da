import type { HistoryEntry } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { problem } from '@consulta/platform/problems';
import type { Kysely } from 'kysely';
import type { AppointmentTables } from '../tables.ts';
import { ownerColumn } from './own.ts';

/**
 * Every step of the caller's appointment in order: those up to the decision from the request itself. Throws 404 when it
 * is not theirs.
 */
export async function historyOf(
  db: Kysely<AppointmentTables>,
  caller: Caller,
  id: string,
): Promise<HistoryEntry[]> {
  const request = await requestOf(db, caller, id);
  if (!request) throw problem('not_found');
  const later = await db
    .selectFrom('appointment_transitions')
    .select(['status', 'status_reason as reason', 'by', 'at'])
    .where('appointment_id', '=', id)
    .orderBy('id')
    .execute();
  return [...untilDecision(request), ...later].map(entry);
}

type Step = { status: HistoryEntry['status']; reason: string | null; by: HistoryEntry['by']; at: Date };
type Request = NonNullable<Awaited<ReturnType<typeof requestOf>>>;

const requestOf = (db: Kysely<AppointmentTables>, caller: Caller, id: string) =>
  db
    .selectFrom('booking_requests as r')
    .leftJoin('appointments as a', 'a.id', 'r.id')
    .leftJoin('closed_requests as c', 'c.id', 'r.id')
    .select([
      'r.requested_at',
      'a.booked_as',
      'a.booked_at',
      'c.outcome',
      'c.reason',
      'c.closed_at',
      'c.cancelled_by',
    ])
    .where('r.id', '=', id)
    .where(`r.${ownerColumn(caller)}`, '=', caller.userId)
    .executeTakeFirst();

function untilDecision(request: Request): Step[] {
  const steps: Step[] = [{ status: 'requested', reason: null, by: 'patient', at: request.requested_at }];
  if (request.booked_as && request.booked_at) {
    steps.push({ status: request.booked_as, reason: null, by: 'system', at: request.booked_at });
  }
  if (request.outcome && request.closed_at) {
    const by = request.cancelled_by ?? 'system';
    steps.push({ status: request.outcome, reason: request.reason, by, at: request.closed_at });
  }
  return steps;
}

const entry = ({ status, reason, by, at }: Step): HistoryEntry => ({
  status,
  statusReason: reason,
  by,
  at: at.toISOString(),
});
