import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { apiTypes } from '@consulta/client/generate';
import { errorTable } from '@consulta/contracts';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { documentText } from '../scripts/docs/document-text.ts';
import { gatewayRoutes } from '../scripts/docs/gateway-routes.ts';
import { limitDocs } from '../scripts/docs/limits.ts';
import { ajvOf, resolved, rooted } from './support/conformance.ts';
import { startSystem } from './support/system.ts';

type Media = { schema: object; example?: unknown; examples?: Record<string, { $ref: string }> };
type Operation = {
  operationId: string;
  parameters?: (({ name: string } & Media) | { $ref: string })[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer | { $ref: string }>;
};
type Answer = { content?: Record<string, Media>; headers?: Record<string, Media> };
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  info: { description: string };
  components: {
    responses: Record<string, Answer>;
    schemas: Record<string, { examples?: unknown[] }>;
    parameters: Record<string, Media>;
    headers: Record<string, Media>;
    examples: Record<string, { value: { status: string } }>;
  };
};

const { Ruleset, Spectral } = spectralCore;
const { oas } = spectralRulesets;

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

test('packages/contracts/openapi.json is the document that is served (npm run docs)', async () => {
  const kept = await readFile(new URL(import.meta.resolve('@consulta/contracts/openapi.json')), 'utf8');
  assert.equal(kept, documentText(document));
});

test('docs/limits.md shows the limits of the routes that are deployed (npm run docs)', async () => {
  const page = await readFile(new URL('../docs/limits.md', import.meta.url), 'utf8');
  assert.equal(page, limitDocs(system.standalone.routes));
});

test('the gateway knows every path that is deployed, and whose it is (npm run docs)', async () => {
  const file = new URL('../apps/distributed/src/gateway/routes.json', import.meta.url);
  assert.equal(await readFile(file, 'utf8'), gatewayRoutes(system.standalone.routes));
});

test('the types of the client are made of the document (npm run docs)', async () => {
  const types = await readFile(new URL(import.meta.resolve('@consulta/client')), 'utf8');
  assert.equal(types, await apiTypes(document));
  assert.equal(types.match(/^ {8}Appointment\d*: \{$/gm)?.length, 1);
});

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors ?? '').slice(0, 2_000));
});

test('the document is small, and nothing is wrong with it by the rules that Redocly and Spectral recommend', async () => {
  const text = JSON.stringify(document);
  assert.ok(Buffer.byteLength(text) < 120_000, `${Buffer.byteLength(text)} bytes`);
  const config = await createConfig({ extends: ['recommended'] });
  assert.deepEqual(await lintFromString({ source: text, config }), []);
  const spectral = new Spectral();
  // The ruleset's types are of another version of the package than its runner's.
  spectral.setRuleset(new Ruleset({ extends: [oas] } as never));
  assert.deepEqual(await spectral.run(text), []);
});

test('each thing has one schema, a schedule is told by its kind, and the codes are an enumeration', () => {
  const { schemas } = document.components;
  const text = JSON.stringify(document);
  const named = ['Appointment', 'User', 'Schedule', 'MedicalReport', 'MedicalFile', 'Feedback', 'Problem'];
  for (const name of named) assert.ok(schemas[name], `there is no schema ${name}`);
  assert.equal(text.split('"replacesId":{').length, 2);
  assert.deepEqual(schemas.Schedule, {
    oneOf: [{ $ref: '#/components/schemas/DateSchedule' }, { $ref: '#/components/schemas/WeeklySchedule' }],
    discriminator: {
      propertyName: 'kind',
      mapping: {
        date: '#/components/schemas/DateSchedule',
        weekly: '#/components/schemas/WeeklySchedule',
      },
    },
  });
  assert.deepEqual(schemas.ErrorCode, { enum: Object.keys(errorTable) });
  assert.doesNotMatch(text, /totp/);
});

test('an answer shows what it can carry: 201 a booked appointment, 202 one that is asked for', () => {
  const found = operations.find(({ operation }) => operation.operationId === 'bookAppointment');
  const statusShown = (status: string) => {
    const answer = resolved(found?.operation.responses[status], document.components);
    const reference = answer?.content?.['application/json']?.examples?.example?.$ref ?? '';
    return document.components.examples[reference.split('/').at(-1) ?? '']?.value.status;
  };
  assert.equal(statusShown('201'), 'awaiting_confirmation');
  assert.equal(statusShown('202'), 'requested');
});

test('every body, parameter and header has an example that fits its schema', () => {
  const ajv = ajvOf(document);
  const fits = (what: string, schema: object, example: unknown) =>
    assert.ok(
      ajv.validate(rooted(schema), example),
      `${what}: ${JSON.stringify(ajv.errors)} in ${JSON.stringify(example)}`,
    );
  for (const { name, operation } of operations) {
    for (const [type, { schema, example }] of Object.entries(operation.requestBody?.content ?? {})) {
      fits(`${name} takes ${type}`, schema, example);
    }
    for (const parameter of operation.parameters ?? []) {
      if ('$ref' in parameter) continue;
      fits(`${name} takes ${parameter.name}`, parameter.schema, parameter.example);
    }
    for (const answer of Object.values(operation.responses)) {
      const { content = {} } = resolved(answer, document.components) ?? {};
      for (const [type, { schema, examples = {} }] of Object.entries(content)) {
        for (const { $ref } of Object.values(examples)) {
          const shown = document.components.examples[$ref.split('/').at(-1) ?? ''];
          fits(`${name} answers ${type}`, schema, shown?.value);
        }
      }
    }
  }
  const { parameters, headers, schemas } = document.components;
  for (const [name, { schema, example }] of Object.entries({ ...parameters, ...headers })) {
    fits(name, schema, example);
  }
  for (const [name, schema] of Object.entries(schemas)) {
    for (const example of schema.examples ?? []) fits(name, schema, example);
  }
});

test('the page needs nothing from elsewhere and no script inline, and begins with what a caller must know', async () => {
  const response = await fetch(`${system.api.url}/docs`);
  const page = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self';/);
  assert.doesNotMatch(page, /<script>|https?:\/\//);
  for (const part of ['Signing in', 'Pages', 'Idempotency', 'Limits', 'Refusals']) {
    assert.match(document.info.description, new RegExp(`^## ${part}$`, 'm'));
  }
  for (const code of Object.keys(errorTable)) assert.ok(document.info.description.includes(`\`${code}\``));
});

test('the document and the page are made once, compressed, and sent only once to who keeps them', async () => {
  for (const path of ['/openapi.json', '/docs', '/docs/style.css', '/docs/start.js', '/docs/redoc.js']) {
    const headers = { 'accept-encoding': 'br' };
    const first = await fetch(`${system.api.url}${path}`, { headers });
    await first.bytes();
    assert.equal(first.headers.get('content-encoding'), 'br');
    const etag = first.headers.get('etag') ?? '';
    assert.match(etag, /^"[\w-]{22}"$/);
    const again = await fetch(`${system.api.url}${path}`, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    assert.equal((await again.bytes()).length, 0);
  }
  assert.equal((await fetch(`${system.api.url}/docs/else.js`)).status, 404);
});
