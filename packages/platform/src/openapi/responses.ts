import type { DeployedRoute, JsonSchema, RouteSchema } from '../http/route.ts';
import { exampleOf } from './example.ts';
import { honoured } from './headers.ts';

type Json = Record<string, unknown>;

/** What a route answers: the successes of its schema and the refusals that apply to it, with their headers. */
export function responsesOf(route: DeployedRoute, schema: RouteSchema): Record<string, Json> {
  const answers: Record<string, Json> = {};
  for (const [status, body] of Object.entries(schema.response ?? { 204: { type: 'null' } })) {
    const headers = successHeaders(route, status);
    answers[status] = { ...success(body, schema.produces), ...(headers ? { headers } : {}) };
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const [status, meaning] of Object.entries(refusals(route, schema))) {
    const headers = honoured(route, schema).prefer && status === '409' ? rejected : refusalHeaders[status];
    answers[status] = { description: meaning, ...(headers ? { headers } : {}), content };
  }
  return answers;
}

/** Content that cannot be sampled from a schema, by its media type. */
const bodies: Record<string, string> = {
  'text/html': '<!doctype html><html lang="en">…</html>',
  'text/css': 'body { margin: 0 }',
  'text/event-stream':
    'id: 42\nevent: appointment\ndata: {"appointmentId":"0193b7a4-5c00-7000-8000-000000000000","status":"confirmed","at":"2031-03-10T12:00:00.000Z"}\n\n',
  'application/pdf': '%PDF-1.7 …',
  'image/jpeg': '(the bytes of the picture)',
  'image/png': '(the bytes of the picture)',
};

/** A body's description with an example for each media type it comes in. */
export function contentOf(body: JsonSchema, types: readonly string[] = ['application/json']): Json {
  return Object.fromEntries(
    types.map((type) => [type, { schema: body, example: bodies[type] ?? exampleOf(body) }]),
  );
}

function success(body: JsonSchema, produces: readonly string[] | undefined): Json {
  if (body.type === 'null') return { description: 'Done' };
  return { description: 'Success', content: contentOf(body, produces) };
}

const header = (description: string, example: string | number, required = true) => ({
  description,
  required,
  schema: { type: typeof example === 'number' ? 'integer' : 'string' },
  example,
});

const refusalHeaders: Record<string, Json> = {
  401: { 'WWW-Authenticate': header('RFC 6750', 'Bearer') },
  416: { 'Content-Range': header('How long the content is', 'bytes */34567') },
  429: { 'Retry-After': header('Seconds to wait', 7) },
  503: { 'Retry-After': header('Seconds to wait', 1) },
};

/** A request that was taken and then rejected can be read like any other. */
const rejected: Json = {
  Location: header(
    'The rejected request',
    '/api/v1/appointments/0193b7a4-5c00-7000-8000-000000000000',
    false,
  ),
};

/** Headers that a success always carries; a cookie only when it is asked for. */
function successHeaders({ method, url }: DeployedRoute, status: string): Json | undefined {
  const created = method === 'POST' && (status === '201' || status === '202');
  const headers = {
    ...(created && !url.endsWith('/feedbacks')
      ? { Location: header('Where to read what was made', '/api/v1/users/me') }
      : {}),
    ...(carriesTag(method, url) ? { ETag: header('The version answered, for If-Match', '"1"') } : {}),
    ...(url.endsWith('/content') ? { 'Accept-Ranges': header('Ranges can be asked for', 'bytes') } : {}),
    ...(status === '206' ? { 'Content-Range': header('Which bytes these are', 'bytes 0-1023/34567') } : {}),
    ...(/\/(content|pdf)$/.test(url)
      ? { 'Content-Disposition': header('Always a download', 'attachment; filename="exame.pdf"') }
      : {}),
    ...(/\/auth\//.test(url)
      ? { 'Set-Cookie': header('With X-Token-Transport: cookie', '__Host-refresh=…; HttpOnly', false) }
      : {}),
  };
  return Object.keys(headers).length > 0 ? headers : undefined;
}

function carriesTag(method: string, url: string): boolean {
  if (url === '/openapi.json' || url.startsWith('/docs')) return true;
  if (/\/files\/:id\/content$|\/medical-reports\/:reportId\/pdf$/.test(url)) return method === 'GET';
  if (/\/(schedules|medical-reports)$/.test(url)) return method === 'POST';
  return /\/(schedules\/:id|medical-reports\/:reportId)$/.test(url) && method !== 'DELETE';
}

/** What the route may refuse with, by what it takes. */
function refusals(route: DeployedRoute, schema: RouteSchema): Record<string, string> {
  const { method, permission, url, perMinute } = route;
  const changes = method !== 'GET';
  const guarded = permission !== 'public';
  const takesInput = schema.body ?? schema.params ?? schema.querystring;
  return {
    ...(takesInput ? { 400: 'A bad shape or value; `errors` names each by its JSON pointer' } : {}),
    ...(guarded || url.includes('/auth/') ? { 401: 'No, bad or revoked token, or wrong credentials' } : {}),
    ...(guarded ? { 403: 'Your role may not do this' } : {}),
    ...(url.endsWith('/auth/login') ? { 403: 'The account is suspended' } : {}),
    ...(schema.params || mayMiss(method, url) ? { 404: 'Nothing of yours is there' } : {}),
    ...(schema.body ? { 408: 'The body did not arrive in time' } : {}),
    ...(mayConflict(method, url) ? { 409: 'The state forbids it; `code` says why' } : {}),
    ...(honoured(route, schema).ifMatch ? { 412: 'It changed since you read it' } : {}),
    ...((schema.body ?? (changes && method !== 'DELETE'))
      ? { 413: 'Too large', 415: 'Not an accepted media type' }
      : {}),
    ...(url.endsWith('/content') ? { 416: 'No such range' } : {}),
    421: 'The Host is not a name of this server',
    ...(honoured(route, schema).idempotencyKey ? { 422: 'Idempotency key used with another request' } : {}),
    ...(perMinute ? { 429: `More than ${perMinute} a minute, or too many failures; see Retry-After` } : {}),
    503: 'Not available at present; see Retry-After',
  };
}

/** Routes without an id in the path that still look for something: a slot, or an account that may be gone. */
const mayMiss = (method: string, url: string): boolean =>
  (method === 'POST' && url.endsWith('/appointments')) || /\/users\/me(\/password)?$/.test(url);

/**
 * A state can forbid every change but those of one's own password, settings and sessions; a reading fails so when its
 * content is damaged.
 */
function mayConflict(method: string, url: string): boolean {
  if (method === 'GET') return /\/content$|\/medical-reports\b/.test(url);
  return !/\/auth\/|\/users\/me\/|\/preview$/.test(url);
}
