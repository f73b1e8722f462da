import { randomUUIDv7 } from 'node:crypto';
import {
  type FileAccess,
  FileAccessParams,
  FileAccess as FileAccessSchema,
  GrantAccess,
  IdParams,
  isUuid,
  PageQuery,
  type PersonCard,
  page,
} from '@consulta/contracts';
import type { Caller } from '@consulta/platform/auth';
import { inTransaction } from '@consulta/platform/database';
import {
  decodeCursor,
  encodeCursor,
  exclusively,
  type IdempotencyKey,
  idempotencyKeyOf,
  type Routes,
  recallKey,
  rememberKey,
} from '@consulta/platform/http';
import { badField, problem } from '@consulta/platform/problems';
import { type QueryExecutorProvider, type Selectable, sql } from 'kysely';
import { type Actor, actorOf } from '../../../audit/actor.ts';
import { auditedRead, recordAccess } from '../../../audit/record.ts';
import { type Db, recordRefusal } from '../queries.ts';
import type { FileAccessesTable } from '../tables.ts';

export type AccessDeps = { db: Db; findPerson: (id: string) => Promise<PersonCard | undefined> };

type AccessRow = Selectable<FileAccessesTable>;
type Granting = { actor: Actor; fileId: string; key: IdempotencyKey | undefined };

/** A patient shares a file with a doctor until a time, sees with whom it is shared, and takes it back. */
export const accessRoutes =
  (deps: AccessDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/files/:id/accesses',
      config: { permission: 'file:share', perMinute: 120 },
      schema: {
        operationId: 'grantFileAccess',
        summary: 'Let a doctor read a file',
        description: 'Until `expiresAt`; granting again moves the end.',
        tags: ['files'],
        params: IdParams,
        body: GrantAccess,
        creates: '/api/v1/files/:id/accesses',
        response: { 201: FileAccessSchema },
      },
      handler: async (request, reply) => {
        const key = idempotencyKeyOf(request);
        const granting = { actor: actorOf(request), fileId: request.params.id, key };
        const row = await exclusively(key, () => grantOnce(deps, granting, request.body));
        reply.code(201).header('location', `/api/v1/files/${row.file_id}/accesses`);
        return show(row);
      },
    });
    app.route({
      method: 'GET',
      url: '/files/:id/accesses',
      config: { permission: 'file:share', perMinute: 120 },
      schema: {
        operationId: 'listFileAccesses',
        summary: 'List who may read a file',
        tags: ['files'],
        params: IdParams,
        querystring: PageQuery,
        response: { 200: page(FileAccessSchema) },
      },
      handler: async (request) => {
        const { id } = request.params;
        const { rows, nextCursor } = await listAccesses(deps.db, actorOf(request), id, request.query);
        return { items: rows.map(show), nextCursor };
      },
    });
    app.route({
      method: 'DELETE',
      url: '/files/:id/accesses/:accessId',
      config: { permission: 'file:share', perMinute: 120 },
      schema: {
        operationId: 'revokeFileAccess',
        summary: 'Take the right to read a file back',
        tags: ['files'],
        params: FileAccessParams,
      },
      handler: async (request, reply) => {
        const { id, accessId } = request.params;
        await revoke(deps.db, actorOf(request), id, accessId);
        return reply.code(204).send();
      },
    });
  };

const show = (row: AccessRow): FileAccess => ({
  id: row.id,
  fileId: row.file_id,
  doctorId: row.doctor_id,
  expiresAt: row.expires_at.toISOString(),
  createdAt: row.granted_at.toISOString(),
});

async function grantOnce(deps: AccessDeps, granting: Granting, body: GrantAccess): Promise<AccessRow> {
  const { db } = deps;
  const { actor, fileId, key } = granting;
  const earlier = await recallKey(db, key);
  if (earlier) return findAccess(db, actor, earlier);
  if (!(await ownsFile(db, actor, fileId))) {
    await recordRefusal(db, actor, fileId, { action: 'grant', kind: 'file' });
    throw problem('not_found');
  }
  const person = await deps.findPerson(body.doctorId);
  if (person?.role !== 'doctor' || person.doctor?.verification === 'suspended')
    throw badField('/doctorId', 'There is no doctor with this id');
  const expiresAt = new Date(body.expiresAt);
  if (Number.isNaN(expiresAt.getTime())) throw badField('/expiresAt', 'Is not an instant');
  return inTransaction(db, (trx) => grant(trx, granting, { doctorId: body.doctorId, expiresAt }));
}

async function ownsFile(db: Db, caller: Caller, fileId: string): Promise<boolean> {
  const row = await db
    .selectFrom('files')
    .select('id')
    .where('id', '=', fileId)
    .where('patient_id', '=', caller.userId)
    .executeTakeFirst();
  return row !== undefined;
}

async function findAccess(db: Db, caller: Caller, accessId: string): Promise<AccessRow> {
  const row = await db
    .selectFrom('file_accesses')
    .innerJoin('files', 'files.id', 'file_accesses.file_id')
    .selectAll('file_accesses')
    .where('file_accesses.id', '=', accessId)
    .where('files.patient_id', '=', caller.userId)
    .executeTakeFirst();
  if (!row) throw problem('not_found');
  return row;
}

/**
 * A doctor has one access to a file at a time, so that revoking it leaves none: granting again moves its end.
 * Whether the end lies in the future is judged by the database's clock, as it is at every read.
 */
async function grant(
  trx: QueryExecutorProvider,
  { actor, fileId, key }: Granting,
  { doctorId, expiresAt }: { doctorId: string; expiresAt: Date },
): Promise<AccessRow> {
  const { rows } = await sql<AccessRow & { appointment_id: string }>`
    INSERT INTO file_accesses AS a (id, file_id, doctor_id, expires_at)
    SELECT ${randomUUIDv7()}::uuid, f.id, ${doctorId}::uuid, ${expiresAt}::timestamptz FROM files f
    WHERE f.id = ${fileId} AND f.patient_id = ${actor.userId} AND ${expiresAt}::timestamptz > now()
    ON CONFLICT (file_id, doctor_id) WHERE revoked_at IS NULL
      DO UPDATE SET expires_at = excluded.expires_at, granted_at = now()
    RETURNING a.*, (SELECT f.appointment_id FROM files f WHERE f.id = a.file_id) AS appointment_id`.execute(
    trx,
  );
  const [row] = rows;
  if (!row) throw badField('/expiresAt', 'Must lie in the future');
  await rememberKey(trx, key, row.id);
  await recordAccess(trx, actor, {
    action: 'grant',
    resource: { kind: 'file', id: row.file_id },
    appointmentId: row.appointment_id,
    patientId: actor.userId,
  });
  return row;
}

async function listAccesses(
  db: Db,
  actor: Actor,
  fileId: string,
  query: PageQuery,
): Promise<{ rows: AccessRow[]; nextCursor: string | null }> {
  const limit = query.limit ?? 20;
  const [after] = query.cursor ? decodeCursor(query.cursor, [isUuid]) : [null];
  const subject = sql`SELECT id AS resource_id, appointment_id, patient_id, patient_id = ${actor.userId} AS allowed
    FROM files WHERE id = ${fileId}`;
  const answer = sql`SELECT found.* FROM subject s LEFT JOIN LATERAL (
      SELECT * FROM file_accesses a WHERE a.file_id = s.resource_id AND a.revoked_at IS NULL
        AND (${after}::uuid IS NULL OR a.id < ${after}::uuid)
      ORDER BY a.id DESC LIMIT ${limit + 1}
    ) found ON true WHERE s.allowed`;
  const what = { action: 'list', kind: 'file_access' } as const;
  const { rows } = await auditedRead<AccessRow | { id: null }>(db, actor, what, { subject, answer });
  if (rows.length === 0) throw problem('not_found');
  const found = rows.filter((row): row is AccessRow => row.id !== null);
  const last = found[limit - 1];
  return {
    rows: found.slice(0, limit),
    nextCursor: found.length > limit && last ? encodeCursor([last.id]) : null,
  };
}

async function revoke(db: Db, actor: Actor, fileId: string, accessId: string): Promise<void> {
  const revoked = await inTransaction(db, async (trx) => {
    const { rows } = await sql<{ appointment_id: string }>`UPDATE file_accesses a SET revoked_at = now()
      FROM files f WHERE a.id = ${accessId} AND a.revoked_at IS NULL AND a.file_id = ${fileId}
        AND f.id = a.file_id AND f.patient_id = ${actor.userId} RETURNING f.appointment_id`.execute(trx);
    const [row] = rows;
    if (!row) return false;
    await recordAccess(trx, actor, {
      action: 'revoke',
      resource: { kind: 'file', id: fileId },
      appointmentId: row.appointment_id,
      patientId: actor.userId,
    });
    return true;
  });
  if (revoked) return;
  if (!(await ownsFile(db, actor, fileId))) {
    await recordRefusal(db, actor, fileId, { action: 'revoke', kind: 'file' });
  }
  throw problem('not_found');
}
