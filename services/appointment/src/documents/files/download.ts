import { Readable } from 'node:stream';
import { details } from '@consulta/contracts';
import type { RightsInUse } from '@consulta/platform/auth';
import type { BlobStore, ByteRange } from '@consulta/platform/blobs';
import type { KeyRing } from '@consulta/platform/encryption';
import { problem } from '@consulta/platform/problems';
import type { Turns } from '@consulta/platform/work';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../audit/actor.ts';
import { recordAccess } from '../../audit/record.ts';
import { contentKeyOf, isDamage, readContent, showFile, verifyContent } from './encrypted-content.ts';
import { attachment } from './names.ts';
import type { FileRow, OpenFile } from './open-file.ts';
import type { Db } from './queries.ts';
import { requestedRange } from './ranges.ts';
import type { StillReadable } from './still-readable.ts';

export type ContentDeps = {
  db: Db;
  blobs: BlobStore;
  keyRing: KeyRing;
  open: OpenFile;
  rights: RightsInUse;
  stillReadable: StillReadable;
  /** For the checks before an answer, which wait for nobody outside: a few at once keep processor and disk busy. */
  verifying: Turns;
};

/**
 * A file's content, whole or a range of it, with the headers set. Before the first header goes out the caller's right is
 * recorded and what will be sent is checked against its seals, the whole also against its hash; while it streams,
 * each frame is checked again, so a byte that was not uploaded is never sent, even if the file changes meanwhile. A
 * grant that ends, a file that is deleted or a session that is signed out ends the download within seconds.
 */
export async function sendContent(
  deps: ContentDeps,
  actor: Actor,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
): Promise<Readable | Buffer> {
  const row = await deps.open({ fileId: request.params.id, actor, action: 'download' });
  if (!row) throw problem('not_found');
  deps.rights.watch(actor, reply.raw, () => deps.stillReadable({ fileId: row.id, actor }));
  const range = rangeOf(request, reply, row);
  const wanted = range ?? { start: 0, end: row.size_bytes };
  const damaged = () => recordDamage(deps.db, actor, row);
  const opened = await openVerified(deps, row, wanted).catch(async (error: unknown) => {
    if (!isDamage(error)) throw error;
    await damaged();
    request.log.error({ err: error, fileId: row.id, reqId: request.id }, 'a stored file is damaged');
    throw problem('content_damaged', details.fileChanged);
  });
  writeHead(reply, row, opened.name, range, wanted);
  if (opened.small) return opened.small;
  const stream = readContent(deps.blobs, opened.key, row, wanted);
  return Readable.from(reportingDamage(stream, damaged), { objectMode: false });
}

function rangeOf(request: FastifyRequest, reply: FastifyReply, row: FileRow): ByteRange | undefined {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etagOf(row)) return undefined;
  const range = requestedRange(request.headers.range, row.size_bytes);
  if (range !== 'unsatisfiable') return range;
  reply.header('content-range', `bytes */${row.size_bytes}`);
  throw problem('range_not_satisfiable', details.fileHasBytes(row.size_bytes));
}

async function openVerified({ keyRing, blobs, verifying }: ContentDeps, row: FileRow, range: ByteRange) {
  const key = await contentKeyOf(keyRing, row);
  const { name } = await showFile(keyRing, row);
  return { key, name, small: await verifying(() => verifyContent(blobs, key, row, range)) };
}

const etagOf = (row: FileRow) => `"${row.sha256.toString('hex')}"`;

function writeHead(
  reply: FastifyReply,
  row: FileRow,
  name: string,
  range: ByteRange | undefined,
  { start, end }: ByteRange,
): void {
  reply.code(range ? 206 : 200).type(row.media_type);
  reply
    .header('content-length', end - start)
    .header('accept-ranges', 'bytes')
    .header('etag', etagOf(row));
  reply.header('content-disposition', attachment(name));
  reply.header('content-security-policy', "default-src 'none'; sandbox");
  if (range) reply.header('content-range', `bytes ${start}-${end - 1}/${row.size_bytes}`);
}

const recordDamage = (db: Db, actor: Actor, row: FileRow) =>
  recordAccess(db, actor, {
    action: 'download',
    resource: { kind: 'file', id: row.id },
    appointmentId: row.appointment_id,
    patientId: row.patient_id,
    outcome: 'damaged',
  });

async function* reportingDamage(
  content: AsyncGenerator<Buffer>,
  damaged: () => Promise<void>,
): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    if (isDamage(error)) await damaged();
    throw error;
  }
}
