import { type AppointmentStatus, details, isUuid, type PageQuery } from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { decodeCursor, pageOf, type RowPage } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { Actor } from '../../audit/actor.ts';
import { auditedRead } from '../../audit/record.ts';
import type { AppointmentTables } from '../../tables.ts';
import type { FileRow } from './open-file.ts';
import type { FileTables } from './tables.ts';

export type Db = Kysely<AppointmentTables & FileTables>;

/** A live grant of this doctor to the file `f`, by the database's clock. */
const liveGrant = (doctorId: string) => sql<boolean>`EXISTS (SELECT 1 FROM file_accesses g
  WHERE g.file_id = f.id AND g.doctor_id = ${doctorId} AND g.revoked_at IS NULL AND g.expires_at > now())`;

/**
 * One page of an appointment's files, newest first: all for its patient; for a doctor those with a live
 * grant. Throws 404 to who is neither in the appointment nor has such a grant.
 */
export async function listAppointmentFiles(
  db: Db,
  actor: Actor,
  appointmentId: string,
  query: PageQuery,
): Promise<RowPage<FileRow>> {
  const mine = actor.role === 'patient' ? sql`r.patient_id` : sql`r.doctor_id`;
  const visible = actor.role === 'patient' ? sql<boolean>`true` : liveGrant(actor.userId);
  const subject = sql`SELECT r.id AS resource_id, r.id AS appointment_id, r.patient_id,
    ${mine} = ${actor.userId} OR (${actor.role} = 'doctor' AND
      EXISTS (SELECT 1 FROM files f WHERE f.appointment_id = r.id AND ${liveGrant(actor.userId)})) AS allowed
    FROM booking_requests r WHERE r.id = ${appointmentId}`;
  return listFiles(db, actor, subject, sql<boolean>`f.appointment_id = s.resource_id AND ${visible}`, query);
}

/** One page of all of a patient's files, newest first. */
export function listPatientFiles(db: Db, actor: Actor, query: PageQuery): Promise<RowPage<FileRow>> {
  const subject = sql`SELECT ${actor.userId}::uuid AS resource_id, NULL::uuid AS appointment_id,
    ${actor.userId}::uuid AS patient_id, true AS allowed`;
  return listFiles(db, actor, subject, sql<boolean>`f.patient_id = s.resource_id`, query);
}

async function listFiles(
  db: Db,
  actor: Actor,
  subject: RawBuilder<unknown>,
  of: RawBuilder<boolean>,
  query: PageQuery,
): Promise<RowPage<FileRow>> {
  const limit = query.limit ?? 20;
  const [after] = query.cursor ? decodeCursor(query.cursor, [isUuid]) : [null];
  const answer = sql`SELECT found.* FROM subject s LEFT JOIN LATERAL (
      SELECT f.* FROM files f WHERE ${of} AND (${after}::uuid IS NULL OR f.id < ${after}::uuid)
      ORDER BY f.id DESC LIMIT ${limit + 1}
    ) found ON true WHERE s.allowed`;
  const { rows } = await auditedRead<FileRow | { id: null }>(
    db,
    actor,
    { action: 'list', kind: 'file_list' },
    { subject, answer },
  );
  if (rows.length === 0) throw problem('not_found');
  const found = rows.filter((row): row is FileRow => row.id !== null);
  return pageOf(found, limit, (last) => [last.id]);
}

const fallen: readonly AppointmentStatus[] = ['rejected', 'declined', 'cancelled', 'replaced'];

/** Throws 409 `invalid_transition` for the files of an appointment that came to nothing. */
export function assertTakesFiles(status: AppointmentStatus): void {
  if (!fallen.includes(status)) return;
  throw problem('invalid_transition', details.takesNoFiles(status));
}

/** The caller's own file. */
export const findOwnFile = (db: Db, caller: Caller, fileId: string): Promise<FileRow | undefined> =>
  db
    .selectFrom('files')
    .selectAll()
    .where('id', '=', fileId)
    .where('patient_id', '=', caller.userId)
    .executeTakeFirst();

/** Records that the caller was refused what they asked of a file that exists. */
export async function recordRefusal(
  db: QueryExecutorProvider,
  actor: Actor,
  fileId: string,
  what: Parameters<typeof auditedRead>[2],
): Promise<void> {
  const subject = sql`SELECT id AS resource_id, appointment_id, patient_id, false AS allowed FROM files
    WHERE id = ${fileId}`;
  await auditedRead(db, actor, what, { subject, answer: sql`SELECT` });
}
