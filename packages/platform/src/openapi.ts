import { Problem } from '@consulta/contracts';
import type { DeployedRoute } from './http-app.ts';
import { exampleOf, type JsonSchema } from './schema-example.ts';

type Json = Record<string, unknown>;
type RouteSchema = {
  summary?: string;
  tags?: readonly string[];
  consumes?: readonly string[];
  produces?: readonly string[];
  body?: JsonSchema;
  params?: JsonSchema;
  querystring?: JsonSchema;
  headers?: JsonSchema;
  response?: Record<string, JsonSchema>;
};

export type Documented = { summary: string; tag: string };

/**
 * The OpenAPI 3.1 document of the deployed routes, from their own schemas: what is served and what is described
 * cannot part. Every operation carries an example of what it takes and answers.
 *
 * @param describe gives a summary to routes whose schema has none; undefined makes this throw.
 */
export function openApiDocument(
  routes: readonly DeployedRoute[],
  describe: (route: DeployedRoute) => Documented | undefined,
): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, describe) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Consulta',
      version: '1',
      description:
        'Medical appointments: accounts, doctors, schedules, appointments, documents and feedback.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem },
    },
  };
}

function operation(route: DeployedRoute, describe: (route: DeployedRoute) => Documented | undefined): Json {
  const schema = (route.schema ?? {}) as RouteSchema;
  const described = describe(route);
  const summary = schema.summary ?? described?.summary;
  if (!summary) throw new Error(`${route.method} ${route.url} has no summary`);
  return {
    operationId: operationId(route),
    summary,
    tags: [schema.tags?.[0] ?? described?.tag ?? 'other'],
    ...(route.permission === 'public'
      ? { security: [] }
      : { security: [{ bearer: [] }], 'x-permission': route.permission }),
    parameters: parameters(route, schema),
    ...(schema.body ? { requestBody: requestBody(schema.body, schema.consumes) } : {}),
    responses: responses(route, schema),
  };
}

/** `POST /api/v1/appointments/:id/cancel` becomes `postAppointmentsIdCancel`. */
function operationId({ method, url }: DeployedRoute): string {
  const words = url
    .replace(/^\/api\/v1/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

function parameters(route: DeployedRoute, schema: RouteSchema): Json[] {
  const listed = (place: string, from: JsonSchema | undefined) =>
    Object.entries(from?.properties ?? {}).map(([name, each]) => ({
      name,
      in: place,
      required: place === 'path' || (from?.required ?? []).includes(name),
      schema: each,
      example: exampleOf(each, name),
    }));
  const known = [
    ...listed('path', schema.params),
    ...listed('query', schema.querystring),
    ...listed('header', schema.headers),
  ];
  return [...known, ...standardHeaders(route, schema)];
}

function standardHeaders({ method, url }: DeployedRoute, { response = {} }: RouteSchema): Json[] {
  const header = (name: string, description: string, example: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
    example,
  });
  const headers: Json[] = [];
  const creates = method === 'POST' && ('201' in response || '202' in response);
  if (creates)
    headers.push(
      header('Idempotency-Key', 'same key and body, same answer, for 24 hours', 'pedido-2031-0001'),
    );
  if (creates && /\/(appointments|reschedule)$/.test(url)) {
    headers.push(header('Prefer', 'wait=N: wait up to N seconds (10 at most) for the decision', 'wait=10'));
  }
  if (method === 'PUT' && /\/(schedules|medical-reports)\/:/.test(url)) {
    headers.push(header('If-Match', 'the ETag of the version the change is based on', '"1"'));
  }
  if (url.endsWith('/content')) headers.push(header('Range', 'a range of bytes', 'bytes=0-1023'));
  if (url.endsWith('/events')) headers.push(header('Last-Event-ID', 'resume after this event', '42'));
  return headers;
}

function requestBody(body: JsonSchema, consumes: readonly string[] | undefined): Json {
  const type = consumes?.[0] ?? 'application/json';
  const example = type === 'application/json' ? { example: exampleOf(body) } : {};
  return { required: true, content: { [type]: { schema: body, ...example } } };
}

function responses(route: DeployedRoute, schema: RouteSchema): Json {
  const answers: Record<string, Json> = {};
  for (const [status, body] of Object.entries(schema.response ?? { 204: { type: 'null' } })) {
    answers[status] = success(body, schema.produces);
  }
  for (const [status, meaning] of Object.entries(refusals(route, schema))) {
    const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
    answers[status] = { description: meaning, content };
  }
  return answers;
}

function success(body: JsonSchema, produces: readonly string[] | undefined): Json {
  if (body.type === 'null') return { description: 'Done' };
  const type = produces?.[0] ?? (body.format === 'binary' ? 'application/octet-stream' : 'application/json');
  const example = type === 'application/json' ? { example: exampleOf(body) } : {};
  return { description: 'Success', content: { [type]: { schema: body, ...example } } };
}

/** What the route may refuse with, by what it takes. */
function refusals({ method, permission, url }: DeployedRoute, schema: RouteSchema): Record<string, string> {
  const takesInput = schema.body ?? schema.params ?? schema.querystring;
  const guarded = permission !== 'public';
  return {
    ...(takesInput ? { 400: 'A bad shape or value; `errors` names each by its JSON pointer' } : {}),
    ...(guarded || url.includes('/auth/') ? { 401: 'No, bad or revoked token, or wrong credentials' } : {}),
    ...(guarded ? { 403: 'Your role may not do this' } : {}),
    ...((schema.params ?? url.endsWith('/appointments')) ? { 404: 'Nothing of yours is there' } : {}),
    ...(method === 'GET' ? {} : { 409: 'The state forbids it; `code` says why' }),
    ...(method === 'PUT' || method === 'DELETE' ? { 412: 'It changed since you read it' } : {}),
    ...(schema.body
      ? {
          413: 'Too large',
          415: 'Not an accepted media type',
          422: 'Idempotency key used with another request',
        }
      : {}),
    ...(url.endsWith('/content') ? { 409: 'The stored content is damaged', 416: 'No such range' } : {}),
    429: 'Too many requests; see Retry-After',
    503: 'Not available at present; see Retry-After',
  };
}
