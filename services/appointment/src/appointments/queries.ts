import { type AppointmentListQuery, isUuid } from '@consulta/contracts';
import { decodeCursor, isInstant, pageOf, type RowPage } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql } from 'kysely';
import type { Actor } from '../audit/actor.ts';
import { readRecording } from '../audit/record.ts';
import type { AppointmentOverview, AppointmentTables } from '../tables.ts';
import { ownerColumn } from './own.ts';

type Db = Kysely<AppointmentTables>;

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
 * One page of the caller's appointments by start, the first or the last of them first, and the cursor of the next. The reading of each note that the
 * page shows is recorded.
 */
export async function listOwn(
  db: Db,
  actor: Actor,
  query: AppointmentListQuery,
): Promise<RowPage<AppointmentOverview>> {
  const { limit = 20, order = 'asc' } = query;
  let select = db
    .selectFrom('appointment_overview')
    .selectAll()
    .where(ownerColumn(actor), '=', actor.userId)
    .orderBy('starts_at', order)
    .orderBy('id', order)
    .limit(limit + 1);
  if (query.status) select = select.where('status', 'in', query.status);
  if (query.patientId) select = select.where('patient_id', '=', query.patientId);
  if (query.from) select = select.where('starts_at', '>=', new Date(query.from));
  if (query.to) select = select.where('starts_at', '<', new Date(query.to));
  if (query.cursor) {
    const [startsAt, id] = decodeCursor(query.cursor, [isInstant, isUuid]);
    const onward = sql.raw(order === 'asc' ? '>' : '<');
    select = select.where(sql<boolean>`(starts_at, id) ${onward} (${startsAt}::timestamptz, ${id}::uuid)`);
  }
  const inOrder = sql.raw(`ORDER BY starts_at ${order}, id ${order}`);
  const shown = sql`(SELECT * FROM found ${inOrder} LIMIT ${limit}) AS shown`;
  const { rows } = await readRecording<AppointmentOverview>(db, actor, noteRead, {
    found: select,
    touched: sql`${withNote} FROM ${shown} WHERE note IS NOT NULL`,
    answer: sql`SELECT * FROM found ${inOrder}`,
  });
  return pageOf(rows, limit, (last) => [last.starts_at.toISOString(), last.id]);
}
