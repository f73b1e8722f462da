import type { Readable } from 'node:stream';
import {
  fileBytesMax,
  IdParams,
  MedicalFile,
  PageQuery,
  type PersonCard,
  page,
  UploadForm,
} from '@consulta/contracts';
import type { RightsInUse } from '@consulta/platform/auth';
import type { BlobStore } from '@consulta/platform/blobs';
import { inTransaction } from '@consulta/platform/database';
import type { KeyRing } from '@consulta/platform/encryption';
import { callerOf, exclusively, idempotencyKeyOf, type Routes } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { type Shares, turns } from '@consulta/platform/work';
import multipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type pg from 'pg';
import { type TSchema, Type } from 'typebox';
import { actorOf } from '../../audit/actor.ts';
import { recordAccess } from '../../audit/record.ts';
import { sendContent } from './download.ts';
import { showFile } from './encrypted-content.ts';
import { accessRoutes } from './grants/routes.ts';
import { type FileInspector, fileInspector } from './inspection/inspector.ts';
import { fileOpener, type OpenFile } from './open-file.ts';
import {
  type Db,
  deleteOwnFile,
  findUploadTarget,
  listAppointmentFiles,
  listPatientFiles,
  recordRefusal,
  usedBytes,
} from './queries.ts';
import { stillReadable } from './still-readable.ts';
import { commitFile, quotaExceeded, storeContent } from './upload.ts';
import { receiveFile } from './upload-form.ts';

export type FileDeps = {
  db: Db;
  pool: pg.Pool;
  store: BlobStore;
  ring: KeyRing;
  rights: RightsInUse;
  log: Log;
  /** How a person is shown; undefined when there is no such account. */
  findPerson: (id: string) => Promise<PersonCard | undefined>;
  /** What one patient's files may take together, in bytes. */
  quotaBytes: number;
  /** Uploads under way in this process beyond which further ones get 503; 100 unless said. */
  uploadsMax?: number;
  /** How many files one person may send and read at once; any number unless said. */
  shares?: { uploads: Shares; downloads: Shares };
  /** Replaces the statement that opens files, for measurements. */
  open?: OpenFile;
};

/** 500 MiB for each patient. */
export const defaultQuotaBytes = 500 * 1024 * 1024;

const Binary = Type.Unsafe<Readable | Buffer>({ type: 'string', format: 'binary' });

/** Patients' files: upload, list, read, delete, and sharing with doctors. */
export const fileRoutes =
  (deps: FileDeps): Routes =>
  async (app) => {
    const { db, ring } = deps;
    const open = deps.open ?? fileOpener(deps.pool);
    const content = { ...deps, open, stillReadable: stillReadable(deps.pool), verifying: turns(4) };
    await app.register(multipart);
    const inspector = fileInspector(deps.log);
    app.addHook('onClose', () => inspector.close());
    await app.register(uploadRoute({ ...deps, inspect: inspector.inspect }));
    await app.register(accessRoutes(deps));

    app.route({
      method: 'GET',
      url: '/appointments/:id/files',
      config: { permission: 'file:read', perMinute: 300 },
      schema: {
        operationId: 'listFilesOfAppointment',
        summary: "List an appointment's files",
        description: 'Its patient sees all, its doctor those shared with them.',
        tags: ['files'],
        params: IdParams,
        querystring: PageQuery,
        response: { 200: page(MedicalFile) },
      },
      handler: async (request) => {
        const actor = actorOf(request);
        const { rows, nextCursor } = await listAppointmentFiles(db, actor, request.params.id, request.query);
        return { items: await Promise.all(rows.map((row) => showFile(ring, row))), nextCursor };
      },
    });
    app.route({
      method: 'GET',
      url: '/files',
      config: { permission: 'file:list-own', perMinute: 300 },
      schema: {
        operationId: 'listFiles',
        summary: "List one's files",
        tags: ['files'],
        querystring: PageQuery,
        response: { 200: page(MedicalFile) },
      },
      handler: async (request) => {
        const { rows, nextCursor } = await listPatientFiles(db, actorOf(request), request.query);
        return { items: await Promise.all(rows.map((row) => showFile(ring, row))), nextCursor };
      },
    });
    app.route({
      method: 'GET',
      url: '/files/:id',
      config: { permission: 'file:read', perMinute: 300 },
      schema: {
        operationId: 'readFile',
        summary: 'Read what a file is',
        tags: ['files'],
        params: IdParams,
        response: { 200: MedicalFile },
      },
      handler: async (request) => {
        const row = await open({ fileId: request.params.id, actor: actorOf(request), action: 'read' });
        if (!row) throw problem('not_found');
        return showFile(ring, row);
      },
    });
    app.route({
      method: 'GET',
      url: '/files/:id/content',
      config: { permission: 'file:read', perMinute: 600 },
      schema: {
        operationId: 'downloadFile',
        summary: "Read a file's content",
        description: 'Every reading is recorded, and ends when the right to it does.',
        tags: ['files'],
        produces: ['application/pdf', 'image/jpeg', 'image/png'],
        params: IdParams,
        tagged: true,
        ranges: true,
        download: true,
        refuses: ['content_damaged'],
        response: { 200: Binary, 206: Binary },
      },
      handler: (request, reply) => {
        const giveBack = deps.shares?.downloads.take(callerOf(request).userId);
        if (giveBack) reply.raw.once('close', giveBack);
        return sendContent(content, actorOf(request), request, reply);
      },
    });
    app.route({
      method: 'DELETE',
      url: '/files/:id',
      config: { permission: 'file:delete', perMinute: 120 },
      schema: {
        operationId: 'deleteFile',
        summary: 'Delete a file',
        tags: ['files'],
        params: IdParams,
      },
      handler: async (request, reply) => {
        await deleteFile(deps, request, request.params.id);
        return reply.code(204).send();
      },
    });
  };

type UploadRouteDeps = FileDeps & Pick<FileInspector, 'inspect'>;

const uploadRoute =
  (deps: UploadRouteDeps): Routes =>
  async (app) => {
    const uploadsMax = deps.uploadsMax ?? 100;
    let uploads = 0;
    app.route({
      method: 'POST',
      url: '/appointments/:id/files',
      config: { permission: 'file:upload', perMinute: 60 },
      schema: {
        operationId: 'uploadFile',
        summary: 'Upload a file to an appointment',
        description:
          'What it is is told by its content; PDFs that run scripts or hold other files are refused.',
        tags: ['files'],
        consumes: ['multipart/form-data'],
        params: IdParams,
        creates: '/api/v1/files/:id',
        refuses: ['quota_exceeded', 'invalid_transition'],
        body: UploadForm,
        response: { 201: MedicalFile },
      },
      validatorCompiler: allButBodies(app.validatorCompiler),
      handler: async (request, reply) => {
        if (uploads >= uploadsMax) throw problem('overloaded');
        const giveBack = deps.shares?.uploads.take(callerOf(request).userId);
        uploads += 1;
        try {
          await assertRoomFor(uploads, deps.store);
          const file = await upload(deps, request, reply, request.params.id);
          reply.code(201).header('location', `/api/v1/files/${file.id}`);
          return file;
        } finally {
          uploads -= 1;
          giveBack?.();
        }
      },
    });
  };

/** Free space that uploads leave to everything else: bookings, the database's log, deletions. */
const spaceLeftBytes = 256 * 1024 * 1024;

/** 503 unless there is room for every upload under way, each as large as it may become, and for everything else. */
async function assertRoomFor(uploads: number, store: BlobStore): Promise<void> {
  if ((await store.freeBytes()) >= uploads * fileBytesMax + spaceLeftBytes) return;
  throw problem('unavailable', 'There is too little space for files at present', { retryAfterSeconds: 60 });
}

/** The form's body is read as it streams in; its schema is for the documents. */
function allButBodies(compiler: FastifySchemaCompiler<TSchema> | undefined): FastifySchemaCompiler<TSchema> {
  return (route) => {
    if (route.httpPart === 'body' || !compiler) return () => true;
    return compiler(route);
  };
}

/** Takes a file for as long as its patient is signed in, and makes it theirs only if they still are. */
async function upload(
  deps: UploadRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  appointmentId: string,
): Promise<MedicalFile> {
  const actor = actorOf(request);
  deps.rights.watch(actor, reply.raw);
  const target = await findUploadTarget(deps.db, actor, appointmentId);
  if ((await usedBytes(deps.db, actor.userId)) >= deps.quotaBytes) throw quotaExceeded(deps.quotaBytes);
  const key = idempotencyKeyOf(request);
  return exclusively(key, async () => {
    const stored = await receiveFile(
      request,
      (file) => storeContent(deps, file),
      ({ storageKey }) => deps.store.delete(storageKey),
    );
    return showFile(deps.ring, await commitFile(deps, { actor, key }, target, stored));
  });
}

/** The row goes first: what is left of the blob if this process dies then is swept up. */
async function deleteFile(deps: FileDeps, request: FastifyRequest, fileId: string): Promise<void> {
  const actor = actorOf(request);
  const gone = await inTransaction(deps.db, async (trx) => {
    const row = await deleteOwnFile(trx, actor, fileId);
    if (!row) return undefined;
    await recordAccess(trx, actor, {
      action: 'delete',
      resource: { kind: 'file', id: fileId },
      appointmentId: row.appointment_id,
      patientId: actor.userId,
    });
    return row;
  });
  if (!gone) {
    await recordRefusal(deps.db, actor, fileId, { action: 'delete', kind: 'file' });
    throw problem('not_found');
  }
  await deps.store.delete(gone.storage_key).catch((error: unknown) => {
    deps.log.warn({ err: error, fileId }, 'a deleted file is left for the sweeper');
  });
}
