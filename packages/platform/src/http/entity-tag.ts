import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * The entity tag of a version: its number, or a digest of what has none. Where an answer also shows what changes without
 * a new version, `rest` tells those states apart; `If-Match` looks at the version alone.
 */
export const etagOf = (version: number | string, ...rest: (number | string)[]): string =>
  `"${[version, ...rest].join('-')}"`;

/** Stands for a version where none is counted: equal for equal states, members in the same order. */
export const digestOf = (state: unknown): string =>
  createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 32);

/**
 * Reads `If-Match` (RFC 9110, 13.1.1): which versions the caller accepts to change; any without the header. A tag
 * that a compressing proxy has made weak still names one version, so it is accepted.
 */
export function versionsAccepted(ifMatch: string | undefined): (version: number | string) => boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return () => true;
  const tags = new Set(tagsOf(ifMatch).map((tag) => tag.replace(/^"([\da-f]+)-[\da-f-]+"$/, '"$1"')));
  return (version) => tags.has(etagOf(version));
}

/**
 * Answers 304 without a body to a GET or HEAD whose `If-None-Match` names the tag of the answer (RFC 9110, 13.1.2: weak
 * comparison). The route has run by then: who may not read learns nothing, and the trail knows who asked.
 */
export function answerNotModified(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!hasAnswer(request, reply)) return done(null, payload);
    reply.code(304);
    // The answer to a HEAD has no body; Fastify measures what that of a GET would be.
    if (request.method === 'HEAD') return done(null, payload);
    if (isDestroyable(payload)) payload.destroy();
    for (const name of ofTheContent) reply.removeHeader(name);
    done(null, null);
  });
}

/** Whether the caller says that they have what is about to be sent. */
function hasAnswer(request: FastifyRequest, reply: FastifyReply): boolean {
  const asked = request.headers['if-none-match'];
  const etag = reply.getHeader('etag');
  if (asked === undefined || typeof etag !== 'string') return false;
  if (!readSuccessfully(request.method, reply.statusCode)) return false;
  return asked.trim() === '*' || tagsOf(asked).includes(etag);
}

const readSuccessfully = (method: string, status: number) =>
  (method === 'GET' || method === 'HEAD') && (status === 200 || status === 206);

const ofTheContent = [
  'content-length',
  'content-type',
  'content-encoding',
  'content-range',
  'content-disposition',
];

/** The tags of a list, each as a strong one. */
const tagsOf = (list: string): string[] => list.split(',').map((tag) => tag.trim().replace(/^W\//, ''));

const isDestroyable = (payload: unknown): payload is { destroy: () => void } =>
  typeof payload === 'object' &&
  payload !== null &&
  'destroy' in payload &&
  typeof payload.destroy === 'function';
