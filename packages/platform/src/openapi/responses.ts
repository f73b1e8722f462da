import { STATUS_CODES } from 'node:http';
import { type ErrorCode, errorTable } from '@consulta/contracts';
import type { JsonSchema, RouteSchema } from '../http/declaration.ts';
import { problem, problemBody } from '../problems/problem.ts';
import type { Components } from './components.ts';
import { exampleOf } from './examples.ts';
import { refusalHeaders, successHeaders } from './headers.ts';

type Json = Record<string, unknown>;

/** Content that cannot be sampled from a schema, by its media type. */
const bodies: Record<string, string> = {
  'text/html': '<!doctype html><html lang="en">…</html>',
  'text/javascript': '(a script)',
  'text/css': 'body { margin: 0 }',
  'text/event-stream':
    'id: 42\nevent: appointment\ndata: {"appointmentId":"0193b7a4-5c00-7000-8000-000000000000","status":"confirmed","at":"2031-03-10T12:00:00.000Z"}\n\n',
  'application/pdf': '%PDF-1.7 …',
  'image/jpeg': '(the bytes of the picture)',
  'image/png': '(the bytes of the picture)',
};

/** A body's description with an example for each media type it comes in. */
export function contentOf(
  { print }: Components,
  body: JsonSchema,
  types: readonly string[] = ['application/json'],
): Json {
  return Object.fromEntries(
    types.map((type) => [type, { schema: print(body), example: bodies[type] ?? exampleOf(body) }]),
  );
}

/** What a route answers when all goes well. */
export function successesOf(components: Components, schema: RouteSchema): Record<string, Json> {
  const answers = Object.entries(schema.response ?? { 204: { type: 'null' } });
  return Object.fromEntries(
    answers.map(([status, body]) => {
      const headers = successHeaders(schema, status);
      const content = body.type === 'null' ? undefined : contentOf(components, body, schema.produces);
      return [
        status,
        {
          description: STATUS_CODES[status] ?? 'Done',
          ...(headers ? { headers } : {}),
          ...(content ? { content } : {}),
        },
      ];
    }),
  );
}

/** The refusals of a document: each set of codes that operations share stands in it once. */
export type Refusals = {
  answersOf: (schema: RouteSchema, codes: readonly ErrorCode[]) => Record<string, Json>;
  responses: () => Record<string, Json>;
};

/** Collects refusals by status, codes and headers. */
export function collectRefusals(): Refusals {
  const shared = new Map<string, { name: string; response: Json }>();
  const referenceTo = (status: number, codes: ErrorCode[], schema: RouteSchema): Json => {
    const response = refusal(codes, refusalHeaders(schema, status));
    const key = JSON.stringify(response);
    const known = shared.get(key) ?? { name: nameOf(codes, shared.size), response };
    shared.set(key, known);
    return { $ref: `#/components/responses/${known.name}` };
  };
  const taken = new Set<string>();
  const nameOf = (codes: ErrorCode[], count: number): string => {
    const plain = codes.join('.');
    const name = plain.length > 60 || taken.has(plain) ? `${codes[0]}.${count}` : plain;
    taken.add(name);
    return name;
  };
  return {
    answersOf: (schema, codes) => {
      const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
      return Object.fromEntries(
        [...byStatus].map(([status, each]) => [status, referenceTo(status, each, schema)]),
      );
    },
    responses: () => Object.fromEntries([...shared.values()].map(({ name, response }) => [name, response])),
  };
}

function refusal(codes: ErrorCode[], headers: Json | undefined): Json {
  const ofThese = { type: 'object', properties: { code: { enum: codes } } };
  return {
    description: codes.map((code) => `\`${code}\`: ${errorTable[code].title}.`).join('\n\n'),
    ...(headers ? { headers } : {}),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, ofThese] },
        example: problemBody(problem(codes[0] ?? 'bad_request')),
      },
    },
  };
}
