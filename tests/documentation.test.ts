import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { startSystem } from './support/system.ts';

type Media = { schema: object; example?: unknown };
type Operation = {
  operationId: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

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

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors ?? '').slice(0, 2_000));
});

test('every JSON body has an example, and the example fits its schema', () => {
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  for (const { name, operation } of operations) {
    const contents = [
      operation.requestBody?.content,
      ...Object.values(operation.responses).map(({ content }) => content),
    ];
    for (const media of contents.flatMap((content) => content?.['application/json'] ?? [])) {
      assert.notEqual(media.example, undefined, `${name} has no example`);
      const fits = ajv.validate(media.schema, media.example);
      assert.ok(fits, `${name}: ${JSON.stringify(ajv.errors)} in ${JSON.stringify(media.example)}`);
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
