import { apiGuide, apiTags, Problem } from '@consulta/contracts';
import { declaredOf, type JsonSchema, type RouteSchema } from '../http/declaration.ts';
import type { DeployedRoute } from '../http/route.ts';
import { collectComponents } from './components.ts';
import { exampleOf } from './examples.ts';
import { headerParameters } from './headers.ts';
import { refusalsOf } from './refusals.ts';
import { type Printing, refusedWith, successesOf, takenContent } from './responses.ts';
import { collectShared, inlineSingles } from './shared.ts';

type Json = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of the deployed routes, printed from what they declare: what is served and what is described
 * cannot part. Throws when a route says too little of itself.
 */
export function openApiDocument(routes: readonly DeployedRoute[]): Json {
  const printing: Printing = {
    components: collectComponents(),
    parameters: collectShared('parameters'),
    headers: collectShared('headers'),
    responses: collectShared('responses'),
    examples: collectShared('examples'),
  };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, printing) };
  }
  printing.components.print(Problem);
  return inlineSingles({
    openapi: '3.1.0',
    info: {
      title: 'Consulta',
      version: '1',
      description: apiGuide,
      contact: { name: 'Consulta' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: Object.entries(apiTags).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: printing.components.schemas(),
      parameters: printing.parameters.all(),
      headers: printing.headers.all(),
      responses: printing.responses.all(),
      examples: printing.examples.all(),
    },
  });
}

function operation(route: DeployedRoute, printing: Printing): Json {
  const schema = withNotModified(route);
  const { operationId, summary, description, tags, body } = schema;
  const parameters = parametersOf(printing, schema);
  if (!operationId || !summary || !tags) {
    throw new Error(`${route.method} ${route.url} lacks an operation id, a summary or tags`);
  }
  return {
    operationId,
    summary,
    description: [description, limit(route)].filter(Boolean).join('\n\n'),
    tags,
    ...(route.permission === 'public' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? { requestBody: { required: true, content: takenContent(printing, body, schema.consumes) } }
      : {}),
    responses: {
      ...successesOf(printing, schema),
      ...refusedWith(printing, schema, refusalsOf(route, schema)),
    },
  };
}

/** A read whose answers carry a tag also tells who has the answer already that it is still the same. */
function withNotModified(route: DeployedRoute): RouteSchema {
  const declared = declaredOf(route);
  if (route.method !== 'GET' || !declared.tagged) return declared;
  return { ...declared, response: { ...declared.response, 304: { type: 'null' } } };
}

const limit = ({ perMinute }: DeployedRoute): string | undefined =>
  perMinute === undefined ? undefined : `Limit: ${perMinute}/min.`;

/** A parameter's meaning and example stand beside its schema, not in it. */
const plain = (schema: JsonSchema): JsonSchema => {
  const { description: _description, examples: _examples, explode: _explode, ...rest } = schema;
  return schema.title ? schema : rest;
};

function parametersOf({ components, parameters }: Printing, schema: RouteSchema): Json[] {
  const listed = (place: string, from: JsonSchema | undefined) =>
    Object.entries(from?.properties ?? {}).map(([name, each]) => ({
      name,
      in: place,
      ...(place === 'path' || from?.required?.includes(name) ? { required: true } : {}),
      ...(each.description ? { description: each.description } : {}),
      ...(each.explode === false ? { explode: false } : {}),
      schema: components.print(plain(each)),
      example: exampleOf(each, name),
    }));
  const all = [
    ...listed('path', schema.params),
    ...listed('query', schema.querystring),
    ...listed('header', schema.headers),
    ...headerParameters(schema),
  ];
  return all.map((each) => parameters.refer(each.name, each));
}
