import { apiGuide, apiTags, Problem } from '@consulta/contracts';
import type { JsonSchema, RouteSchema } from '../http/declaration.ts';
import type { DeployedRoute } from '../http/route.ts';
import { type Components, collectComponents } from './components.ts';
import { exampleOf } from './examples.ts';
import { headerParameters } from './headers.ts';
import { refusalsOf } from './refusals.ts';
import { collectRefusals, contentOf, type Refusals, successesOf } from './responses.ts';

type Json = Record<string, unknown>;
type Collected = { components: Components; refusals: Refusals };

/**
 * The OpenAPI 3.1 document of the deployed routes, printed from what they declare: what is served and what is described
 * cannot part. Throws when a route says too little of itself.
 */
export function openApiDocument(routes: readonly DeployedRoute[]): Json {
  const collected = { components: collectComponents(), refusals: collectRefusals() };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, collected) };
  }
  collected.components.print(Problem);
  return {
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
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: collected.components.schemas(),
      responses: collected.refusals.responses(),
    },
  };
}

function operation(route: DeployedRoute, { components, refusals }: Collected): Json {
  const schema = (route.schema ?? {}) as RouteSchema;
  const { operationId, summary, description, tags, body } = schema;
  if (!operationId || !summary || !tags) {
    throw new Error(`${route.method} ${route.url} lacks an operation id, a summary or tags`);
  }
  return {
    operationId,
    summary,
    description: [description ?? `${summary}.`, limit(route)].filter(Boolean).join('\n\n'),
    tags,
    ...(route.permission === 'public'
      ? { security: [] }
      : { security: [{ bearer: [] }], 'x-permission': route.permission }),
    parameters: parameters(components, schema),
    ...(body
      ? { requestBody: { required: true, content: contentOf(components, body, schema.consumes) } }
      : {}),
    responses: {
      ...successesOf(components, schema),
      ...refusals.answersOf(schema, refusalsOf(route, schema)),
    },
  };
}

const limit = ({ permission, perMinute }: DeployedRoute): string | undefined =>
  perMinute === undefined
    ? undefined
    : `At most ${perMinute} a minute for each ${permission === 'public' ? 'network' : 'person'}.`;

function parameters(components: Components, schema: RouteSchema): Json[] {
  const listed = (place: string, from: JsonSchema | undefined) =>
    Object.entries(from?.properties ?? {}).map(([name, each]) => ({
      name,
      in: place,
      ...(place === 'path' || from?.required?.includes(name) ? { required: true } : {}),
      ...(each.description ? { description: each.description } : {}),
      schema: components.print(each),
      example: exampleOf(each, name),
    }));
  return [
    ...listed('path', schema.params),
    ...listed('query', schema.querystring),
    ...listed('header', schema.headers),
    ...headerParameters(schema),
  ];
}
