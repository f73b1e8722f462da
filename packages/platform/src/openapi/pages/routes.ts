import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Routes } from '../../http/route.ts';
import { problem } from '../../problems/problem.ts';
import { openApiDocument } from '../document.ts';
import { readDocument, readRedoc, readStart } from './files.ts';
import { docsPage, docsStyle } from './page.ts';

/** Everything from here and no script inline; the renderer writes styles into the page, and searches in a blob's worker. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Sent = { tag: string; type: string; encodings: Record<Encoding, Buffer> };

/**
 * `/openapi.json` and the page that shows it: made and compressed once, and served from memory.
 *
 * @param describes `own`: the routes of the entrance they are mounted on. `all`: those of all services, as the last
 * `npm run docs` wrote them down, for an entrance that has a part of them.
 */
export const documentationRoutes =
  (describes: 'own' | 'all'): Routes =>
  async (app) => {
    const write = async () =>
      describes === 'all' ? readDocument() : JSON.stringify(openApiDocument(app.routeTable));
    const document = once(async () => make('application/json', await write()));
    const page = once(() => make('text/html', docsPage));
    const files = new Map([
      ['style.css', once(() => make('text/css', docsStyle))],
      ['redoc.js', once(async () => make('text/javascript', await readRedoc()))],
      ['start.js', once(async () => make('text/javascript', await readStart()))],
    ]);
    // A route that says too little of itself fails the start.
    app.addHook('onReady', async () => void (await document()));
    app.get(
      '/openapi.json',
      {
        config,
        schema: {
          operationId: 'readOpenApiDocument',
          summary: 'Describe every route',
          ...kept,
          response: { 200: Type.Object({}, { additionalProperties: true }) },
        },
      },
      async (request, reply) => send(await document(), request, reply),
    );
    app.get(
      '/docs',
      {
        config,
        schema: {
          operationId: 'readDocumentation',
          summary: 'Read the description of every route',
          ...kept,
          produces: ['text/html'],
          response: { 200: Type.String() },
        },
      },
      async (request, reply) => send(await page(), request, reply),
    );
    app.get(
      '/docs/:file',
      {
        config,
        schema: {
          operationId: 'readFileOfDocumentation',
          summary: 'Read a part of that page',
          ...kept,
          produces: ['text/css', 'text/javascript'],
          params: Type.Object({ file: Type.String({ maxLength: 100, examples: ['style.css'] }) }),
          response: { 200: Type.String() },
        },
      },
      async (request, reply) => {
        const file = files.get(request.params.file);
        if (!file) throw problem('not_found');
        return send(await file(), request, reply);
      },
    );
  };

const config = { permission: 'public', perMinute: 300 } as const;
const kept = { tags: ['operations'], tagged: true } as const;

function send({ tag, type, encodings }: Sent, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('etag', tag).header('cache-control', 'no-cache').header('vary', 'accept-encoding');
  reply.header('content-security-policy', policy);
  const encoding = preferred(request.headers['accept-encoding']);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.type(`${type}; charset=utf-8`).send(encodings[encoding]);
}

type Encoding = 'br' | 'gzip' | 'identity';
async function make(type: string, written: string): Promise<Sent> {
  const body = Buffer.from(written);
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [br, gz] = await Promise.all([promisify(brotliCompress)(body, quality), promisify(gzip)(body)]);
  return { tag, type, encodings: { br, gzip: gz, identity: body } };
}

/** Makes it when it is first asked for. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= work();
    return made;
  };
}

/** Of the encodings that the caller names, the one that makes it smallest. */
function preferred(accepted: string | string[] | undefined): Encoding {
  const names = String(accepted ?? '')
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
    .map((each) => each.split(';')[0]?.trim());
  if (names.includes('br')) return 'br';
  return names.includes('gzip') ? 'gzip' : 'identity';
}
