import type { IncomingMessage } from 'node:http';
import { details, fileBytesMax } from '@consulta/contracts';
import { badField, ProblemError, problem } from '@consulta/platform/problems';
import type { FastifyRequest } from 'fastify';

/** What a form may take besides the file itself. */
const formBytesMax = 64 * 1024;
/** What is still read of a refused request so that its sender gets the answer; then the connection ends. */
const drainedBytesMax = 32 * 1024 * 1024;

export type SentFile = { name: string; content: AsyncIterable<Buffer> };

/**
 * Hands the one part `file` of a multipart form to `take` as it arrives, and `undo`es what it made if the rest
 * of the form is wrong. Nothing is kept in memory or in temporary files.
 */
export async function receiveFile<T>(
  request: FastifyRequest,
  take: (file: SentFile) => Promise<T>,
  undo: (made: T) => Promise<void>,
): Promise<T> {
  let made: T | undefined;
  try {
    assertForm(request);
    const limits = {
      fileSize: fileBytesMax + 1,
      parts: 2,
      files: 2,
      fields: 1,
      fieldSize: 1_024,
      headerPairs: 20,
    };
    const parts = request.parts({ limits });
    for (let next = await nextPart(parts); !next.done; next = await nextPart(parts)) {
      const part = next.value;
      if (part.type !== 'file' || part.fieldname !== 'file') throw unknownField(part.fieldname);
      if (made !== undefined) throw badField('/file', 'one_file');
      made = await take({ name: part.filename ?? '', content: readable(part.file) });
    }
    if (made === undefined) throw badField('/file', 'required');
    return made;
  } catch (error) {
    drain(request.raw);
    if (made !== undefined) await undo(made);
    throw error;
  }
}

function assertForm(request: FastifyRequest): void {
  if (!request.isMultipart()) {
    throw problem('unsupported_media_type', details.formNeeded);
  }
  if (Number(request.headers['content-length'] ?? 0) > fileBytesMax + formBytesMax) throw tooLarge();
}

/** 413, with the limit. */
export const tooLarge = (): ProblemError => problem('payload_too_large', details.fileBytesMax);

const unknownField = (name: string) => badField(`/${name.slice(0, 100)}`, 'unknown_field');

/** The form's own faults are the sender's; what `take` throws is not touched. */
async function nextPart<T>(parts: AsyncIterator<T>): Promise<IteratorResult<T>> {
  try {
    return await parts.next();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw problem('bad_request', details.formDamaged);
  }
}

async function* readable(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of file) yield chunk;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw problem('bad_request', details.fileNotWhole);
  }
}

function drain(raw: IncomingMessage): void {
  let left = drainedBytesMax;
  raw.unpipe();
  raw.on('error', () => {});
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) raw.destroy();
  });
  raw.resume();
}
