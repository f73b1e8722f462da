import { AccessLogEntry, PageQuery, type PersonCard, page } from '@consulta/contracts';
import { type Caller, callerOf, decodeCursor, encodeCursor, type Routes } from '@consulta/platform';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { AuditEntriesTable, AuditTables } from './tables.ts';

export type AccessLogDeps = {
  db: Kysely<AuditTables>;
  /** How a person is shown; undefined when there is no such account any more. */
  findPerson: (id: string) => Promise<PersonCard | undefined>;
};

/** A patient's view of who touched their medical data, newest first (LGPD art. 18 II). */
export const accessLogRoutes =
  (deps: AccessLogDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/users/me/access-log',
      config: { permission: 'access-log:read-own', perMinute: 120 },
      schema: { querystring: PageQuery, response: { 200: page(AccessLogEntry) } },
      handler: async (request) => {
        const { rows, nextCursor } = await listAccesses(deps.db, callerOf(request), request.query);
        return { items: await Promise.all(rows.map((row) => show(row, deps.findPerson))), nextCursor };
      },
    });
  };

/**
 * Whether who touched the data had a part in the patient's care: the patient, an administrator, the service itself, the
 * doctor of the appointment, or a doctor with whom files were shared. The trail tells nobody's name else, whatever it
 * holds; public reviews were once recorded with their readers.
 */
const hadPart = sql<boolean>`(actor_role IN ('admin', 'system') OR actor_id = patient_id
  OR (actor_role = 'doctor' AND (resource_kind IN ('file', 'file_list')
    OR EXISTS (SELECT 1 FROM booking_requests b WHERE b.id = appointment_id AND b.doctor_id = actor_id))))`;

type AuditRow = Selectable<AuditEntriesTable>;

async function listAccesses(
  db: Kysely<AuditTables>,
  caller: Caller,
  query: PageQuery,
): Promise<{ rows: AuditRow[]; nextCursor: string | null }> {
  const limit = query.limit ?? 20;
  let select = db
    .selectFrom('audit_entries')
    .selectAll()
    .where('patient_id', '=', caller.userId)
    .where('outcome', '=', 'granted')
    .where(hadPart)
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (query.cursor) {
    const [id] = decodeCursor(query.cursor, [Number.isSafeInteger]);
    select = select.where('id', '<', Number(id));
  }
  const rows = await select.execute();
  const last = rows[limit - 1];
  return {
    rows: rows.slice(0, limit),
    nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null,
  };
}

async function show(row: AuditRow, findPerson: AccessLogDeps['findPerson']): Promise<AccessLogEntry> {
  const actor = row.actor_id ? await findPerson(row.actor_id) : undefined;
  return {
    actorId: row.actor_id,
    actorName: actor?.fullName ?? null,
    actorRole: row.actor_role,
    action: row.action,
    resource: { kind: row.resource_kind, id: row.resource_id, appointmentId: row.appointment_id },
    at: row.at.toISOString(),
  };
}
