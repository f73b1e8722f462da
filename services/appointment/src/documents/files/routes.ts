import type { Readable } from 'node:stream';
import { IdParams, MedicalFile, PageQuery, type PersonCard, page } from '@consulta/contracts';
import type { RightsInUse } from '@consulta/platform/auth';
import type { BlobStore } from '@consulta/platform/blobs';
import type { KeyRing } from '@consulta/platform/encryption';
import { callerOf, type Routes } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Log } from '@consulta/platform/process';
import { type Shares, turns } from '@consulta/platform/work';
import type pg from 'pg';
import { Type } from 'typebox';
import { actorOf } from '../../audit/actor.ts';
import { deleteFile } from './delete-file.ts';
import { sendContent } from './download.ts';
import { showFile } from './encrypted-content.ts';
import { grantRoutes } from './grants/routes.ts';
import { fileInspector } from './inspection/inspector.ts';
import { fileOpener, type OpenFile } from './open-file.ts';
import { type Db, listAppointmentFiles, listPatientFiles } from './queries.ts';
import { stillReadable } from './still-readable.ts';
import { uploadRoute } from './upload-route.ts';

export type FileDeps = {
  db: Db;
  pool: pg.Pool;
  blobs: BlobStore;
  keyRing: KeyRing;
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

const Binary = Type.Unsafe<Readable | Buffer>({ type: 'string', format: 'binary' });

/** Patients' files: upload, list, read, delete, and sharing with doctors. */
export const fileRoutes =
  (deps: FileDeps): Routes =>
  async (app) => {
    const inspector = fileInspector(deps.log);
    app.addHook('onClose', () => inspector.close());
    await app.register(uploadRoute({ ...deps, inspect: inspector.inspect }));
    await app.register(grantRoutes(deps));
    await app.register(listRoutes(deps));
    await app.register(readRoutes({ ...deps, open: deps.open ?? fileOpener(deps.pool) }));
    await app.register(deleteRoute(deps));
  };

const listRoutes =
  ({ db, keyRing }: FileDeps): Routes =>
  async (app) => {
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
        return { items: await Promise.all(rows.map((row) => showFile(keyRing, row))), nextCursor };
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
        return { items: await Promise.all(rows.map((row) => showFile(keyRing, row))), nextCursor };
      },
    });
  };

const readRoutes =
  (deps: FileDeps & { open: OpenFile }): Routes =>
  async (app) => {
    const { keyRing, open } = deps;
    const content = { ...deps, stillReadable: stillReadable(deps.pool), verifying: turns(4) };
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
        return showFile(keyRing, row);
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
  };

const deleteRoute =
  (deps: FileDeps): Routes =>
  async (app) => {
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
        await deleteFile(deps, actorOf(request), request.params.id);
        return reply.code(204).send();
      },
    });
  };
