import { type AppointmentListQuery, type HistoryEntry, isUuid } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { decodeCursor, encodeCursor, isInstant } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { readRecording } from '../audit/record.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';

type Db = Kysely<AppointmentTables>;

/** The column that makes an appointment the caller's: as its doctor or as its patient. */
export const ownerColumn = (caller: Caller) => (caller.role === 'doctor' ? 'doctor_id' : 'patient_id');

/** The caller's appointment, for decisions: who shows it to the caller takes {@link readOwn}. Throws 404 without one. */
export async function findOwn(db: Db, caller: Caller, id: string): Promise<AppointmentOverview> {
  const row = await db
    .selectFrom('appointment_overview')
    .selectAll()
    .where('id', '=', id)
    .where(ownerColumn(caller), '=', caller.userId)
    .executeTakeFirst();
  if (!row) throw problem('not_found');
  return row;
}

const noteRead = { action: 'read', kind: 'note' } as const;
const withNote = sql`SELECT id AS resource_id, id AS appointment_id, patient_id`;

/** The caller's appointment, to be shown to them: the reading of its note is recorded. Throws 404 without one. */
export async function readOwn(db: Db, actor: Actor, id: string): Promise<AppointmentOverview> {
  const found = db
    .selectFrom('appointment_overview')
    .selectAll()
    .where('id', '=', id)
    .where(ownerColumn(actor), '=', actor.userId);
  const touched = sql`${withNote} FROM found WHERE note IS NOT NULL`;
  const answer = sql`SELECT * FROM found`;
  const { rows } = await readRecording<AppointmentOverview>(db, actor, noteRead, { found, touched, answer });
  const [row] = rows;
  if (!row) throw problem('not_found');
  return row;
}

/**
 * One page of the caller's appointments by start, and the cursor of the next. The reading of each note that the
 * page shows is recorded.
 */
export async function listOwn(
  db: Db,
  actor: Actor,
  query: AppointmentListQuery,
): Promise<{ rows: AppointmentOverview[]; nextCursor: string | null }> {
  const limit = query.limit ?? 20;
  let select = db
    .selectFrom('appointment_overview')
    .selectAll()
    .where(ownerColumn(actor), '=', actor.userId)
    .orderBy('starts_at')
    .orderBy('id')
    .limit(limit + 1);
  if (query.status) select = select.where('status', '=', query.status);
  if (query.from) select = select.where('starts_at', '>=', new Date(query.from));
  if (query.to) select = select.where('starts_at', '<', new Date(query.to));
  if (query.cursor) {
    const [startsAt, id] = decodeCursor(query.cursor, [isInstant, isUuid]);
    select = select.where(sql<boolean>`(starts_at, id) > (${startsAt}::timestamptz, ${id}::uuid)`);
  }
  const shown = sql`(SELECT * FROM found ORDER BY starts_at, id LIMIT ${limit}) AS shown`;
  const { rows } = await readRecording<AppointmentOverview>(db, actor, noteRead, {
    found: select,
    touched: sql`${withNote} FROM ${shown} WHERE note IS NOT NULL`,
    answer: sql`SELECT * FROM found ORDER BY starts_at, id`,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last;
  return { rows: page, nextCursor: more ? encodeCursor([last.starts_at.toISOString(), last.id]) : null };
}

/** Every step of the caller's appointment in order: those up to the decision from the request itself. */
export async function historyOf(db: Db, caller: Caller, id: string): Promise<HistoryEntry[]> {
  const request = await db
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
  if (!request) throw problem('not_found');
  const entries: HistoryEntry[] = [
    { status: 'requested', statusReason: null, by: 'patient', at: request.requested_at.toISOString() },
  ];
  if (request.booked_as && request.booked_at) {
    entries.push({
      status: request.booked_as,
      statusReason: null,
      by: 'system',
      at: request.booked_at.toISOString(),
    });
  }
  if (request.outcome && request.closed_at) {
    const by = request.cancelled_by ?? 'system';
    entries.push({
      status: request.outcome,
      statusReason: request.reason,
      by,
      at: request.closed_at.toISOString(),
    });
  }
  const later = await db
    .selectFrom('appointment_transitions')
    .select(['status', 'status_reason', 'by', 'at'])
    .where('appointment_id', '=', id)
    .orderBy('id')
    .execute();
  for (const step of later) {
    entries.push({
      status: step.status,
      statusReason: step.status_reason,
      by: step.by,
      at: step.at.toISOString(),
    });
  }
  return entries;
}
