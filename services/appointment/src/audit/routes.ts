import {
  AccessLogEntry,
  type AuditAction,
  type AuditedResource,
  erasedName,
  PageQuery,
  type PersonCard,
  page,
} from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import {
  callerOf,
  decodeCursor,
  isIdentity,
  pageOf,
  type Routes,
  type RowPage,
} from '@consulta/platform/http';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ActorRole, AuditTables } from './tables.ts';

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
      schema: {
        operationId: 'readAccessLog',
        summary: "See who touched one's medical data",
        description: 'Newest first; nobody is named who had no part in the care.',
        tags: ['people'],
        querystring: PageQuery,
        response: { 200: page(AccessLogEntry) },
      },
      handler: async (request) => {
        const { rows, nextCursor } = await listAccesses(deps.db, callerOf(request), request.query);
        return { items: await Promise.all(rows.map((row) => show(row, deps.findPerson))), nextCursor };
      },
    });
  };

/**
 * Whether who touched the data had a part in the patient's care: the patient, an administrator, the service itself, the
 * doctor of the appointment, or a doctor with whom files were shared. The trail tells nobody's name else, whatever it
 * holds; public reviews were once recorded with their readers. Pages are of appointments of one's own.
 */
const hadPart = sql<boolean>`(actor_role IN ('admin', 'system') OR actor_id = patient_id OR resource_ids IS NOT NULL
  OR (actor_role = 'doctor' AND (resource_kind IN ('file', 'file_list')
    OR EXISTS (SELECT 1 FROM booking_requests b WHERE b.id = appointment_id AND b.doctor_id = actor_id))))`;

/** One access to one resource of the patient: an entry of its own, or one place of a page's. */
type Access = {
  id: number;
  at: Date;
  actor_id: string | null;
  actor_role: ActorRole;
  action: AuditAction;
  resource_kind: AuditedResource;
  place: number;
  resource_id: string;
  appointment_id: string | null;
};

/**
 * One page of the accesses to the caller's data. Only the newest entries that can be on it are unfolded: `limit + 1`
 * of each kind, since each shows at least one place.
 */
export async function listAccesses(
  db: Kysely<AuditTables>,
  caller: Caller,
  query: PageQuery,
): Promise<RowPage<Access>> {
  const limit = query.limit ?? 20;
  const [id, place] = query.cursor ? decodePlace(query.cursor) : [null, 0];
  const newest = (whose: RawBuilder<boolean>, order: RawBuilder<unknown>) => sql`(SELECT * FROM audit_entries
    WHERE ${whose} AND outcome = 'granted' AND ${hadPart} AND (${id}::bigint IS NULL OR id <= ${id}::bigint)
    ORDER BY ${order} DESC LIMIT ${limit + 2})`;
  const own = newest(sql`patient_id = ${caller.userId}`, sql`id`);
  // Not by the primary key: whose data few pages show would have the trail read to its beginning.
  const shared = newest(sql`patient_ids @> ARRAY[${caller.userId}]::uuid[]`, sql`(id + 0)`);
  const { rows } = await sql<Access>`
    SELECT e.id, e.at, e.actor_id, e.actor_role, e.action, e.resource_kind, p.place, p.resource_id, p.appointment_id
    FROM (${own} UNION ALL ${shared}) e
    CROSS JOIN LATERAL (
      SELECT 1 AS place, e.resource_id, e.appointment_id, e.patient_id WHERE e.resource_ids IS NULL
      UNION ALL SELECT place, u.resource_id, u.appointment_id, coalesce(u.patient_id, e.patient_id)
      FROM unnest(e.resource_ids, e.appointment_ids, e.patient_ids)
        WITH ORDINALITY AS u (resource_id, appointment_id, patient_id, place)
    ) p
    WHERE p.patient_id = ${caller.userId} AND (${id}::bigint IS NULL OR e.id < ${id}::bigint OR p.place > ${place})
    ORDER BY e.id DESC, p.place LIMIT ${limit + 1}`.execute(db);
  return pageOf(rows, limit, (last) => [last.id, last.place]);
}

function decodePlace(cursor: string): [number, number] {
  const [id, place] = decodeCursor(cursor, [isIdentity, isIdentity]);
  return [Number(id), Number(place)];
}

async function show(row: Access, findPerson: AccessLogDeps['findPerson']): Promise<AccessLogEntry> {
  const name = async (id: string) => (await findPerson(id))?.fullName ?? erasedName;
  return {
    actorId: row.actor_id,
    actorName: row.actor_id && (await name(row.actor_id)),
    actorRole: row.actor_role,
    action: row.action,
    resource: { kind: row.resource_kind, id: row.resource_id, appointmentId: row.appointment_id },
    at: row.at.toISOString(),
  };
}
