import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Operation = { responses: Record<string, { content?: Record<string, { schema: object }> }> };
type Described = { method: string; pattern: RegExp; operation: Operation };

const documents = new Map<string, Promise<Described[]>>();
const validators = new WeakMap<object, ValidateFunction>();
const ajv = addFormats.default(new Ajv2020({ strict: false }));

/** Holds an answer against the OpenAPI document of the server that gave it: its status and the shape of its body. */
export async function assertDescribed(
  url: string,
  method: string,
  path: string,
  status: number,
  body: unknown,
) {
  const described = documents.get(url) ?? readDocument(url);
  documents.set(url, described);
  described.catch(() => documents.delete(url));
  const plain = path.split('?')[0] ?? path;
  const found = (await described).find((each) => each.method === method && each.pattern.test(plain));
  if (!found) return assert.ok(status >= 400, `${method} ${plain} is not described but answered ${status}`);
  const response = found.operation.responses[status];
  assert.ok(response, `${method} ${plain} answered ${status}, which is not described`);
  const schema = response.content?.['application/json']?.schema;
  if (!schema) return;
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  assert.ok(
    validate(body),
    `${method} ${plain} ${status}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`,
  );
}

async function readDocument(url: string): Promise<Described[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  // Fixed words come before parameters, as in the router.
  const paths = Object.entries(document.paths).sort(([a], [b]) => a.split('{').length - b.split('{').length);
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  );
}
