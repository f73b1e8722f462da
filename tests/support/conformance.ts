import assert from 'node:assert/strict';
import { type ErrorCode, errorTable } from '@consulta/contracts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Described = {
  headers?: Record<string, { required: boolean }>;
  content?: Record<string, { schema: object }>;
};
type Reference = { $ref: string };
type Operation = { responses: Record<string, Described | Reference> };
type Components = { responses: Record<string, Described> };
type Route = { method: string; pattern: RegExp; operation: Operation };
type Description = { routes: Route[]; ajv: Ajv2020; components: Components };

const descriptions = new Map<string, Promise<Description>>();
const validators = new WeakMap<object, ValidateFunction>();

/** Headers that mean something to a caller; an answer carries one only where the document says so. */
const meaningful = [
  'ETag',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
  'Content-Range',
  'Set-Cookie',
  'Preference-Applied',
];

/**
 * Holds an answer against the OpenAPI document of the server that gave it: its status, its headers, its media type
 * and, where that is JSON, the shape of its body, which of a refusal tells the codes it may carry.
 */
export async function assertDescribed(
  url: string,
  method: string,
  path: string,
  { status, headers }: Response,
  body: unknown,
) {
  const { routes, ajv, components } = await describedAt(url);
  const plain = path.split('?')[0] ?? path;
  const found = routes.find((each) => each.method === method && each.pattern.test(plain));
  if (!found) return assert.ok(status >= 400, `${method} ${plain} is not described but answered ${status}`);
  const name = `${method} ${plain} ${status}`;
  const { responses } = found.operation;
  const described = resolved(
    responses[status] ?? (status >= 400 ? responses.default : undefined),
    components,
  );
  assert.ok(described, `${name} is not described`);
  assertHeaders(name, described, headers);
  if (!described.content) return assert.ok(body === undefined || body === '', `${name} has a body`);
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const schema = described.content[type]?.schema;
  assert.ok(schema, `${name} came as ${type}, which is not described`);
  if (!type.endsWith('json')) return;
  if (type === 'application/problem+json') {
    assertStatusOf(name, body, status);
    assertLanguageOf(name, headers);
  }
  const validate = validators.get(schema) ?? ajv.compile(rooted(schema));
  validators.set(schema, validate);
  assert.ok(validate(body), `${name}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`);
}

/** A described answer, wherever in the document it stands. */
export const resolved = <T extends object>(
  answer: T | Reference | undefined,
  { responses }: { responses: Record<string, T> },
): T | undefined =>
  answer && '$ref' in answer ? responses[String(answer.$ref).split('/').at(-1) ?? ''] : answer;

/** Under `default` codes of several statuses stand together: each comes with its own. */
function assertStatusOf(name: string, body: unknown, status: number): void {
  const { code } = body as { code: ErrorCode };
  assert.equal(errorTable[code]?.status, status, `${name} came with ${code}`);
}

/** Every refusal says in which language it is, and that it would be another for who asks for that. */
function assertLanguageOf(name: string, headers: Headers): void {
  assert.match(headers.get('content-language') ?? '', /^(pt-BR|en)$/, `${name} does not say its language`);
  assert.match(headers.get('vary') ?? '', /(^|, )Accept-Language(,|$)/, `${name} varies unsaid`);
}

function assertHeaders(name: string, described: Described, headers: Headers): void {
  const listed = described.headers ?? {};
  const unlisted = meaningful.filter((each) => headers.has(each) && !(each in listed));
  assert.deepEqual(unlisted, [], `${name} carries headers that are not described`);
  const absent = Object.keys(listed).filter((each) => listed[each]?.required && !headers.has(each));
  assert.deepEqual(absent, [], `${name} lacks headers that are described`);
}

/** What the references in an OpenAPI document's schemas point into. */
const documentId = 'openapi.json';

/** A validator of the document's schemas, which may refer to its components. */
export const ajvOf = ({ components }: { components: object }): Ajv2020 =>
  addFormats
    .default(new Ajv2020({ strict: false, formats: { 'idn-email': true } }))
    .addSchema({ $id: documentId, components });

/** The schema with its references into the document made whole. */
export const rooted = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${documentId}#/`));

function describedAt(url: string): Promise<Description> {
  const description = descriptions.get(url) ?? readDescription(url);
  descriptions.set(url, description);
  description.catch(() => descriptions.delete(url));
  return description;
}

async function readDescription(url: string): Promise<Description> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
    components: Components;
  };
  // Fixed words come before parameters, as in the router.
  const paths = Object.entries(document.paths).sort(([a], [b]) => a.split('{').length - b.split('{').length);
  const routes = paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  );
  return { routes, ajv: ajvOf(document), components: document.components };
}
