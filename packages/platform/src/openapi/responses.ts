import { STATUS_CODES } from 'node:http';
import { type ErrorCode, errorTable } from '@consulta/contracts/errors';
import type { JsonSchema, RouteSchema } from '../http/declaration.ts';
import type { Components } from './components.ts';
import { exampleOf } from './examples.ts';
import { refusalHeaders, successHeaders } from './headers.ts';
import type { Shared } from './shared.ts';

type Json = Record<string, unknown>;

/** Content that cannot be sampled from a schema, by its media type. */
const bodies: Record<string, string> = {
  'text/html': '<!doctype html><html lang="en">…</html>',
  'text/javascript': '/* a script */',
  'text/css': 'body { margin: 0 }',
  'text/event-stream':
    'id: 42\nevent: appointment\ndata: {"appointmentId":"0193b7a4-5c00-7000-8000-000000000000","status":"confirmed","at":"2031-03-10T12:00:00.000Z"}\n\n',
  'application/pdf': '%PDF-1.7 …',
};

/** What the parts of a document are printed into. */
export type Printing = {
  components: Components;
  parameters: Shared;
  headers: Shared;
  responses: Shared;
  examples: Shared;
};

/** What a route takes, with an example that can be sent. */
export const takenContent = (
  { components }: Printing,
  body: JsonSchema,
  types: readonly string[] = json,
): Json =>
  Object.fromEntries(
    types.map((type) => [type, { schema: components.print(body), example: exampleOf(body) }]),
  );

/** What it answers; an example stands here where it is of this answer alone, and with the schema's parts otherwise. */
const answeredContent = (
  { components, examples }: Printing,
  { examples: [example] = [], ...body }: JsonSchema,
  types: readonly string[] = json,
): Json =>
  Object.fromEntries(
    types.map((type) => {
      const schema = components.print(body);
      if (bodies[type] !== undefined) return [type, { schema, example: bodies[type] }];
      if (example === undefined) return [type, { schema }];
      const named = examples.refer(body.title ?? 'answer', { value: example });
      return [type, { schema, examples: { example: named } }];
    }),
  );

const json = ['application/json'] as const;

/** What a route answers when all goes well. */
export function successesOf(printing: Printing, schema: RouteSchema): Record<string, Json> {
  const answers = Object.entries(schema.response ?? { 204: { type: 'null' } });
  return Object.fromEntries(
    answers.map(([status, body]) => {
      const headers = referred(printing.headers, successHeaders(schema, status));
      const content = body.type === 'null' ? undefined : answeredContent(printing, body, schema.produces);
      const answer = { description: STATUS_CODES[status] ?? 'Done', ...(headers ? { headers } : {}) };
      return [status, printing.responses.refer(status, content ? { ...answer, content } : answer)];
    }),
  );
}

/** What is answered of the entrance rather than of the operation: one answer, `default`, tells them all. */
const ofTheEntrance: ReadonlySet<ErrorCode> = new Set([
  'bad_request',
  'unauthorized',
  'forbidden',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'misdirected',
  'rate_limited',
  'overloaded',
  'unavailable',
]);

type Group = [status: number, codes: ErrorCode[]];

/**
 * What a route refuses with: by status where a code is its own, and together under `default` what its entrance answers
 * for it. The same answer of several operations stands in the document once. Where no status below 500 is its own, 400 is
 * shown as well, since tools ask for one.
 */
export function refusedWith(
  { responses, headers }: Printing,
  schema: RouteSchema,
  codes: readonly ErrorCode[],
): Record<string, Json> {
  const groups = [...Map.groupBy(codes, (code) => errorTable[code].status)];
  const isOwn = ([, each]: Group) => each.some((code) => !ofTheEntrance.has(code));
  const bare = !groups.some((group) => group[0] < 500 && isOwn(group));
  const own = groups.filter((group) => isOwn(group) || (bare && group[0] === 400));
  const answers = own.map(([status, each]): [string, Json] => {
    const description = STATUS_CODES[status] ?? 'Refused';
    const answer = refusal(description, each, referred(headers, refusalHeaders(schema, status)));
    return [String(status), responses.refer(String(status), answer)];
  });
  const others = groups.filter((group) => !isOwn(group));
  const allHeaders = Object.assign({}, ...others.map(([status]) => optional(refusalHeaders(schema, status))));
  const otherCodes = others.flatMap(([, each]) => each);
  const rest = refusal('Refused at the entrance', otherCodes, referred(headers, allHeaders));
  return { ...Object.fromEntries(answers), default: responses.refer('default', rest) };
}

/** Its codes stand in it once, as what `code` can be; the page tells them beside the status. */
function refusal(description: string, codes: ErrorCode[], headers: Json | undefined): Json {
  const ofThese = { properties: { code: { enum: codes } } };
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, ofThese] };
  return {
    description,
    ...(headers && Object.keys(headers).length > 0 ? { headers } : {}),
    content: { 'application/problem+json': { schema } },
  };
}

/** Headers that come with some of several answers. */
const optional = (headers: Record<string, Json> = {}): Record<string, Json> =>
  Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, { ...each, required: false }]));

const referred = (shared: Shared, headers: Record<string, Json> | undefined): Json | undefined =>
  headers &&
  Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, shared.refer(name, each)]));
