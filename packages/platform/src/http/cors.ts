import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noSuchRoute } from './methods.ts';

/** What a script may send beyond what any page can (the Fetch standard's safelist). */
const sent = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Prefer',
  'Range',
  'X-Token-Transport',
];
/** What a script may read of an answer beyond that. */
const read = [
  'Accept-Ranges',
  'Allow',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];

/**
 * Lets pages of these origins call from a browser (the Fetch standard's CORS protocol), also with the cookie of the
 * cookie transport; pages of others can still not read what is answered. It comes before whatever may refuse, since a
 * script that may call must be able to read a refusal as well. Preflights are answered here and counted nowhere: a refusal
 * would cost as much.
 */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'OPTIONS' && !isPreflight(request)) throw noSuchRoute(request);
    done();
  });
  await app.register(cors, {
    origin: [...origins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: sent,
    exposedHeaders: read,
    // Browsers keep it no longer than two hours.
    maxAge: 7_200,
    strictPreflight: false,
  });
}

const isPreflight = ({ headers }: FastifyRequest) =>
  headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
