import {
  erasedName,
  type FileAccess,
  FileAccessParams,
  FileAccess as FileAccessSchema,
  GrantAccess,
  IdParams,
  PageQuery,
  page,
} from '@consulta/contracts';
import { idempotencyKeyOf, once, type Routes } from '@consulta/platform/http';
import { actorOf } from '../../../audit/actor.ts';
import { type GrantDeps, grantOnce } from './grant.ts';
import { type GrantRow, listGrants } from './queries.ts';
import { revoke } from './revoke.ts';

/** A patient shares a file with a doctor until a time, sees with whom it is shared, and takes it back. */
export const grantRoutes =
  (deps: GrantDeps): Routes =>
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
        refuses: ['gone'],
        response: { 201: FileAccessSchema },
      },
      handler: async (request, reply) => {
        const key = idempotencyKeyOf(request);
        const granting = { actor: actorOf(request), fileId: request.params.id, key };
        const row = await once(deps.db, key, () => grantOnce(deps, granting, request.body));
        reply.code(201).header('location', `/api/v1/files/${row.file_id}/accesses`);
        return show(row, deps.findPerson);
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
        const { rows, nextCursor } = await listGrants(deps.db, actorOf(request), id, request.query);
        return { items: await Promise.all(rows.map((row) => show(row, deps.findPerson))), nextCursor };
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

async function show(row: GrantRow, findPerson: GrantDeps['findPerson']): Promise<FileAccess> {
  const doctor = await findPerson(row.doctor_id);
  return {
    id: row.id,
    fileId: row.file_id,
    doctorId: row.doctor_id,
    doctor: { id: row.doctor_id, fullName: doctor?.fullName ?? erasedName },
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.granted_at.toISOString(),
  };
}
