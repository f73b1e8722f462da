import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { limitDocs } from '../scripts/docs/limits.ts';
import { ajvOf, resolved, rooted } from './support/conformance.ts';
import { startSystem } from './support/system.ts';

type Media = { schema: object; example?: unknown };
type Parameter = { name: string; schema: object; example?: unknown };
type Operation = {
  operationId: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer | { $ref: string }>;
};
type Answer = { content?: Record<string, Media>; headers?: Record<string, Media> };
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answer>; schemas: Record<string, object> };
};

const system = await startSystem();
after(() => system.stop());
const document = (await (await fetch(`${system.api.url}/openapi.json`)).json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

test('the document describes exactly the routes that are deployed', () => {
  const deployed = system.standalone.routes.map(
    ({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
  );
  assert.deepEqual(operations.map(({ name }) => name).sort(), deployed.sort());
  assert.equal(document.openapi, '3.1.0');
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
});

test('docs/limits.md shows the limits of the routes that are deployed (npm run docs)', async () => {
  const page = await readFile(new URL('../docs/limits.md', import.meta.url), 'utf8');
  assert.equal(page, limitDocs(system.standalone.routes));
});

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors ?? '').slice(0, 2_000));
});

test('every body, parameter and header has an example that fits its schema', () => {
  const ajv = ajvOf(document);
  for (const { name, operation } of operations) {
    const { parameters, requestBody } = operation;
    const responses = Object.values(operation.responses).map((each) => resolved(each, document.components));
    const contents = [requestBody, ...responses].flatMap((each) => Object.entries(each?.content ?? {}));
    const headers = responses.flatMap((each) => Object.entries(each?.headers ?? {}));
    const named = parameters.map((each): [string, Media] => [each.name, each]);
    for (const [what, { schema, example }] of [...contents, ...headers, ...named]) {
      assert.notEqual(example, undefined, `${name} has no example of ${what}`);
      const fits = ajv.validate(rooted(schema), example);
      assert.ok(fits, `${name}, ${what}: ${JSON.stringify(ajv.errors)} in ${JSON.stringify(example)}`);
      assert.doesNotMatch(
        JSON.stringify(example),
        /"texto/,
        `${name}, ${what}: an example that says nothing`,
      );
    }
  }
});

test('the page to read needs no script and nothing from elsewhere', async () => {
  const response = await fetch(`${system.api.url}/docs`);
  const page = await response.text();
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.doesNotMatch(page, /<script|https?:\/\//);
  for (const { name } of operations)
    assert.ok(page.includes(name.split(' ')[1] ?? ''), `${name} is not on the page`);
});

test('the document and the page are served from memory, and only once to who keeps them', async () => {
  for (const path of ['/openapi.json', '/docs', '/docs/style.css']) {
    const first = await fetch(`${system.api.url}${path}`);
    await first.bytes();
    const etag = first.headers.get('etag') ?? '';
    assert.match(etag, /^"[\w-]{22}"$/);
    const again = await fetch(`${system.api.url}${path}`, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    assert.equal((await again.bytes()).length, 0);
  }
});
