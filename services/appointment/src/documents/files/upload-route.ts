import { details, fileBytesMax, IdParams, MedicalFile, UploadForm } from '@consulta/contracts';
import type { BlobStore } from '@consulta/platform/blobs';
import { callerOf, exclusively, idempotencyKeyOf, isKnown, type Routes } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import type { Shares } from '@consulta/platform/work';
import multipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { findOwn } from '../../appointments/own.ts';
import { actorOf } from '../../audit/actor.ts';
import { showFile } from './encrypted-content.ts';
import { assertTakesFiles } from './queries.ts';
import { assertQuotaLeft } from './quota.ts';
import { commitFile, storeContent, type UploadDeps } from './upload.ts';
import { receiveFile } from './upload-form.ts';

export type UploadRouteDeps = UploadDeps & {
  /** Uploads under way in this process beyond which further ones get 503; 100 unless said. */
  uploadsMax?: number;
  /** How many files one person may send at once; any number unless said. */
  shares?: { uploads: Shares };
};

/** A patient adds a file to an appointment. */
export const uploadRoute =
  (deps: UploadRouteDeps): Routes =>
  async (app) => {
    await app.register(multipart);
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
        refuses: ['quota_exceeded', 'invalid_transition', 'gone'],
        body: UploadForm,
        response: { 201: MedicalFile },
      },
      validatorCompiler: allButBodies(app.validatorCompiler),
      handler: async (request, reply) => {
        if (uploads >= uploadsMax) throw problem('overloaded');
        const giveBack = deps.shares?.uploads.take(callerOf(request).userId);
        uploads += 1;
        try {
          await assertRoomFor(uploads, deps.blobs);
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
async function assertRoomFor(uploads: number, blobs: BlobStore): Promise<void> {
  if ((await blobs.freeBytes()) >= uploads * fileBytesMax + spaceLeftBytes) return;
  throw problem('unavailable', details.noSpaceForFiles, { retryAfterSeconds: 60 });
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
  const { id, status } = await findOwn(deps.db, actor, appointmentId);
  const key = idempotencyKeyOf(request);
  // What a repeat sends is there already, whatever became of its appointment since: maybe just now, by way of another
  // process, and then it is that very file which leaves no room.
  const isRepeat = () => isKnown(deps.db, key);
  if (!(await isRepeat())) {
    assertTakesFiles(status);
    await assertQuotaLeft(deps.db, actor.userId, deps.quotaBytes).catch(async (error: unknown) => {
      if (!(await isRepeat())) throw error;
    });
  }
  return exclusively(key, async () => {
    const stored = await receiveFile(
      request,
      (file) => storeContent(deps, file),
      ({ storageKey }) => deps.blobs.delete(storageKey),
    );
    return showFile(deps.keyRing, await commitFile(deps, { actor, key }, id, stored));
  });
}
